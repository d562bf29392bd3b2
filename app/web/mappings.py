"""The mapping editor of a batch: which layer each table is, and how its columns become fields."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from apiflask import APIBlueprint
from flask import abort, current_app, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from app.access.gate import get_engine, get_person, get_session
from app.core.database import transaction
from app.core.errors import InputError, NetGridError, NotFoundError
from app.survey.batches import get_batch
from app.survey.datum import read_datum
from app.survey.jobs import batch_folder, begin_job
from app.survey.layers import Field, Layer, layers
from app.survey.mapping import Mapping, SheetMapping
from app.survey.mapping.files import mapping_yaml, read_mapping
from app.survey.mapping.propose import Proposal
from app.survey.mapping.rules import FORMS, FieldRule, wrong
from app.survey.mapping.store import get_mapping, list_mappings, save_mapping
from app.survey.mapping.tables import Table, find_kept_mapping, find_sheet, keep_mapping, read_tables
from app.survey.values import choice_words
from app.web.language import page_language
from app.web.regions import ask_region
from app.web.views import tell

blueprint = APIBlueprint("mappings", __name__, enable_openapi=False)
CLOSED = ("applied", "undone")
TEXTS = ("column", "constant", "unit", "split", "pattern", "form")
LONGEST_TEXT, LONGEST_LOOKUP, LARGEST_YAML, LARGEST_FORM, MOST_PARTS = 200, 20_000, 1 << 20, 8 << 20, 50_000


def allow_mapping() -> None:
    """A mapping of many tables is larger than other forms; told before anything reads the request."""
    if request.endpoint == "mappings.change_mapping":
        request.max_content_length = request.max_form_memory_size = LARGEST_FORM
        request.max_form_parts = MOST_PARTS


@blueprint.get("/surveys/<int:batch>/mapping")
def mapping_page(batch):
    """The tables of a batch with their mappings."""
    region = ask_region()
    folder = _folder(region.id, batch)
    return _page(region, batch, _sheets(read_tables(folder), find_kept_mapping(folder)), None)


@blueprint.post("/surveys/<int:batch>/mapping")
def change_mapping(batch):
    """Read the form: propose another layer, take a saved mapping or a file, or check the batch by what it says."""
    region, act = ask_region(), request.form.get("act", "")
    folder = _folder(region.id, batch)
    tables = read_tables(folder)
    try:
        if act == "layer":
            return _page(region, batch, _proposed(tables), None)
        mapping = _take(region.id, act) if act in ("take", "file") else read_form(tables)
        if act == "file" or act == "take":
            return _page(region, batch, _sheets(tables, mapping), None, mapping.name)
        if act == "save" and mapping is not None:
            with transaction(get_engine(), get_person().login, "web") as session:
                save_mapping(session, region.id, mapping, [sheet.fingerprint for sheet in mapping.sheets])
    except (InputError, NotFoundError) as error:
        return _page(region, batch, _as_written(tables), error)
    if get_batch(get_session(), region.id, batch)["state"] in CLOSED:
        return redirect(url_for("surveys.survey_page", batch=batch))
    keep_mapping(folder, mapping)
    begin_job(get_engine(), current_app.extensions["netgrid.settings"].web_database_url, (region.id, batch), "compare", get_person().login)
    return redirect(url_for("surveys.survey_page", batch=batch))


@blueprint.get("/surveys/<int:batch>/mapping.yaml")
def mapping_file(batch):
    """The batch's mapping, or else what is proposed, as the file that ``--mapping`` takes."""
    region = ask_region()
    folder = _folder(region.id, batch)
    mapping = find_kept_mapping(folder) or _whole("mapping", _sheets(read_tables(folder), None))
    if mapping is None:
        abort(404)
    body = io.BytesIO(mapping_yaml(mapping).encode())
    return send_file(body, mimetype="application/yaml", as_attachment=True, download_name=f"mapping-{batch}.yaml")


def _folder(region: int, batch: int) -> Path:
    get_batch(get_session(), region, batch)
    return batch_folder(current_app.extensions["netgrid.settings"].state_dir, region, batch)


def _take(region: int, act: str) -> Mapping:
    """The mapping saved under the name that was chosen, or the one of the file."""
    if act == "take":
        return get_mapping(get_session(), region, request.form.get("saved", "")[:LONGEST_TEXT])
    upload = request.files.get("file")
    with tempfile.TemporaryDirectory(prefix="netgrid-mapping-") as folder:
        path = Path(folder, "mapping.yaml")
        path.write_bytes(upload.stream.read(LARGEST_YAML + 1) if upload else b"")
        return read_mapping(path)


def _sheets(tables: list[Table], mapping: Mapping | None) -> list[Proposal | None]:
    """What the form begins with: the mapping, else what was proposed for a table whose headers do not say it."""
    return [_sheet(table, find_sheet(mapping, table)) for table in tables]


def _sheet(table: Table, given: SheetMapping | None) -> Proposal | None:
    if given is not None:
        return Proposal(given)
    if table.layer is not None or table.proposed is None:
        return None
    (sheet,) = Mapping.from_dict({"name": "", "sheets": [table.proposed]}).sheets
    return Proposal(sheet, table.notes, table.open_fields)


def _proposed(tables: list[Table]) -> list[Proposal | None]:
    """A proposal for each table whose layer was changed; the others as they are written."""
    written = _as_written(tables)
    for number, table in enumerate(tables):
        layer, before = request.form.get(f"{number}-layer", ""), request.form.get(f"{number}-before", "")
        if layer != before:
            written[number] = table.propose_layer(layer) if layer in layers() else None
    return written


def _as_written(tables: list[Table]) -> list[Proposal | None]:
    """The form as it came, also where no mapping can be made of it."""
    return [_loose(number, table) for number, table in enumerate(tables)]


def _loose(number: int, table: Table) -> Proposal | None:
    layer = request.form.get(f"{number}-layer", "")
    if layer not in layers():
        return None
    rules = {}
    for field in layers()[layer].fields:
        said = _said(f"{number}-{field.name}")
        if any(said.values()):
            part, lines = said.pop("part"), said.pop("lookup").splitlines()
            lookup = dict(_word(line) for line in lines if "=" in line.strip("= "))
            rules[field.name] = FieldRule(**{key: value or None for key, value in said.items()}, part=part or 1, lookup=lookup)
    return Proposal(SheetMapping(layer, rules, table.sheet, table.fingerprint, request.form.get(f"{number}-crs", "")[:LONGEST_TEXT]))


def read_form(tables: list[Table]) -> Mapping | None:
    """The mapping that the form says; None where every table is left to its headers.

    Raises
    ------
    InputError
        ``MAPPING_WRONG``, ``CRS_UNKNOWN``, ``CRS_LOCAL``.
    """
    sheets = [sheet for number, table in enumerate(tables) if (sheet := _read_sheet(number, table))]
    name = request.form.get("name", "").strip()[:LONGEST_TEXT]
    if request.form.get("act") == "save" and not (name and sheets):
        raise wrong(gettext("no name"), gettext("a name under which the mapping is saved"))
    return Mapping(name or "mapping", tuple(sheets)) if sheets else None


def _whole(name: str, sheets: list[Proposal | None]) -> Mapping | None:
    kept = tuple(one.mapping for one in sheets if one)
    return Mapping(name, kept) if kept else None


def _read_sheet(number: int, table: Table) -> SheetMapping | None:
    layer = request.form.get(f"{number}-layer", "")
    if layer not in layers():
        return None
    rules = {field.name: rule for field in layers()[layer].fields if (rule := _read_rule(f"{number}-{field.name}"))}
    crs = request.form.get(f"{number}-crs", "").strip()[:LONGEST_TEXT]
    if crs:
        read_datum(crs)
    told = {"layer": layer, "fields": rules, "sheet": table.sheet, "fingerprint": table.fingerprint, "crs": crs or None}
    return Mapping.from_dict({"name": "", "sheets": [told]}).sheets[0]


def _said(name: str) -> dict[str, str]:
    """What the form says of one field, as written."""
    lookup = request.form.get(f"{name}-lookup", "")[:LONGEST_LOOKUP]
    return {**{key: request.form.get(f"{name}-{key}", "")[:LONGEST_TEXT] for key in (*TEXTS, "part")}, "lookup": lookup}


def _read_rule(name: str) -> dict | None:
    said = _said(name)
    # What parts a cell may be a space.
    rule: dict = {key: said[key] for key in TEXTS if said[key].strip() or key == "split" and said[key]}
    if not rule.keys() & {"column", "constant", "pattern"}:
        return None
    part = said["part"].strip()
    if "split" in rule and part:
        rule["part"] = int(part) if part.isdecimal() else part
    lookup = dict(_word(line) for line in said["lookup"].splitlines() if line.strip())
    return {**rule, "lookup": lookup} if lookup else rule


def _word(line: str) -> tuple[str, str]:
    word, sign, value = line.rpartition("=")
    if not sign or not word.strip():
        raise wrong(line[:60], gettext("one line for each word: word of the file = word of NetGrid"))
    return word.strip(), value.strip()


def _page(region, batch: int, sheets: list[Proposal | None], problem: NetGridError | None, name: str = ""):
    tables = read_tables(_folder(region.id, batch))
    shown = [_shown(table, one) for table, one in zip(tables, sheets, strict=True)]
    return render_template(
        "surveys/mapping.html", region=tell(region), batch=batch, tables=shown, problem=problem, forms=FORMS,
        saved=list_mappings(get_session(), region.id), layers=[(layer.id, _title(layer)) for layer in layers().values()],
        name=request.form.get("name", "") or name, label=_label, words=_words, note=_note,
    ), 422 if problem else 200  # fmt: skip


def _shown(table: Table, one: Proposal | None) -> dict:
    layer = layers()[one.mapping.layer] if one else None
    return {
        "table": table, "layer": layer, "own": _title(layers()[table.layer]) if table.layer else None,
        "rules": one.mapping.fields if one else {}, "crs": (one.mapping.crs if one else None) or "",
        "notes": one.notes if one else {}, "samples": [", ".join(table.values_of(at)[:3]) for at in range(len(table.headers))],
    }  # fmt: skip


def _title(layer: Layer) -> str:
    return layer.title_zh if page_language() == "zh" else layer.title_en


def _label(field: Field) -> str:
    return field.attribute.label(page_language())


def _words(field: Field) -> list[tuple[str, str]]:
    """The words that a field takes."""
    if field.type != "choice":
        return []
    return [(value, word.label_zh if page_language() == "zh" else word.label_en) for value, word in choice_words(field).items()]


def _note(note: str) -> str:
    """How a field was found, in the page's language."""
    starts = {
        "header, in part": gettext("by a part of its header"), "header": gettext("by its header"), "values": gettext("by its values"),
        "guessed": gettext("by the name of the file"), "no column": gettext("numbered by row"), "choose": gettext("please choose"),
    }  # fmt: skip
    return next((text for start, text in starts.items() if note.startswith(start)), "")
