"""Batches of surveys for the page that leads through an import: how far, what was found, what differs, what was decided."""

from __future__ import annotations

import tempfile
from pathlib import Path

from apiflask import APIBlueprint
from apiflask.fields import Integer, String
from apiflask.validators import OneOf
from flask import current_app
from flask_babel import format_datetime
from sqlalchemy.orm import Session

from app.access.gate import ask_region_code, get_area, get_engine, get_person, get_session
from app.access.permissions import SEE_PERSONAL, may
from app.api.downloads import answer_file
from app.api.pictures import JPEG, PictureQuery, answer_picture, ask_photo
from app.api.places import ask_language
from app.api.schemas import RegionQuery
from app.core.database import KEY_MAX
from app.core.errors import NotFoundError
from app.maps.queries import get_region
from app.network.dictionary import attributes, word_label
from app.survey.batches import get_batch
from app.survey.deciding import decide_all, decide_one
from app.survey.declaration import Decision
from app.survey.export import FORMATS, export_layers
from app.survey.jobs import begin_job, cancel_job, find_last_job
from app.survey.layers import layers
from app.survey.queries import count_told, get_picture, list_differences, list_findings, list_marks, list_photos

blueprint = APIBlueprint("survey_api", __name__, url_prefix="/api/v1/surveys", tag="Surveys")
_TEXT = {"load_default": None, "validate": lambda value: value is None or len(value) <= 300}
LISTS = {"region": String(load_default=None), "lang": String(load_default=None), "after": Integer(load_default=0), "rule": String(**_TEXT)}
EXPORT = {
    "region": String(load_default=None), "lang": String(load_default=None), "format": String(load_default="xlsx", validate=OneOf(FORMATS)),
    "layers": String(load_default=None, metadata={"description": "codes of layers with commas between them; all when left out"}),
}  # fmt: skip
# More is for the command, which takes its time.
MOST_ROWS = 200_000
SHOWN_KEYS = ("kind", "state", "stage", "done_count", "total_count", "problem", "attempt_count")


@blueprint.get("/export")
@blueprint.input(EXPORT, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {"application/octet-stream": {}}}})
def export(query):
    """Layers in the columns of their templates, as a workbook, a GeoPackage, or a ZIP of CSV or GeoJSON files."""
    kind, wanted = query["format"], [name for name in (query["layers"] or "").split(",") if name]
    suffix = "zip" if kind in ("csv", "geojson") else kind
    # Rows are taken as they are written, so the export has a transaction of its own.
    with tempfile.TemporaryDirectory(prefix="netgrid-answer-") as folder, Session(get_engine()) as session, session.begin():
        path = Path(folder) / f"export.{suffix}"
        export_layers(
            session, _region(), path, kind, wanted, language=ask_language(query), personal=may(get_person().role, SEE_PERSONAL),
            most_rows=MOST_ROWS,
        )  # fmt: skip
        body = path.read_bytes()
    return answer_file(body, "application/octet-stream", f"netgrid-{ask_region_code()}.{suffix}")


@blueprint.get("/<int:batch>")
@blueprint.input({"region": String(load_default=None), "lang": String(load_default=None)}, location="query", arg_name="query")
def progress(batch, query):
    """How far a batch is, and what was counted."""
    held, session, language = _batch(batch), get_session(), ask_language(query)
    region = held["region_id"]
    job = find_last_job(session, region, batch)
    sources = (held["summary"] or {}).get("sources", [])
    for source in sources:
        source["file"] = source["file"].rsplit("/", 1)[-1]
        source["title"] = _title(source["layer"], language)
    told = [{**row, "title": _title(row["part"], language)} for row in count_told(session, region, batch)]
    return {
        "batch": batch, "state": held["state"], "state_label": word_label("batch_state", held["state"], language),
        "totals": held["totals"], "sources": sources,
        "job": {name: job[name] for name in SHOWN_KEYS} if job else None, "counts": told, "actor": held["actor"],
        "undone_by": held["undone_by"],
    }  # fmt: skip


@blueprint.get("/<int:batch>/findings")
@blueprint.input({**LISTS, "severity": String(**_TEXT)}, location="query", arg_name="query")
def findings(batch, query):
    """What was found, after a number."""
    return {"findings": list_findings(get_session(), _region_of(batch), batch, query["after"], query["rule"], query["severity"])}


@blueprint.get("/<int:batch>/differences")
@blueprint.input({**LISTS, "layer": String(**_TEXT)}, location="query", arg_name="query")
def differences(batch, query):
    """What differs from the network, after a number."""
    language = ask_language(query)
    rows = list_differences(get_session(), _region_of(batch), batch, query["after"], query["rule"], query["layer"])
    for row in rows:
        row["title"], row["label"] = _title(row["layer"], language), _label(row["layer"], row["field"], language)
        row["old_on"] = row["old_on"].isoformat() if row["old_on"] else None
    return {"differences": rows}


@blueprint.get("/<int:batch>/marks")
def marks(batch):
    """Where it lies, for the map."""
    return {"marks": list_marks(get_session(), _region_of(batch), batch)}


@blueprint.get("/<int:batch>/photos")
@blueprint.input(RegionQuery, location="query", arg_name="query")
def photos(batch, query):
    """The photos of a batch."""
    rows = list_photos(get_session(), _region_of(batch), batch)
    for row in rows:
        at = row["taken_at"]
        row["taken_at"], row["taken_label"] = (at.isoformat(), format_datetime(at, "yyyy-MM-dd HH:mm")) if at else (None, None)
    return {"photos": rows}


@blueprint.get("/<int:batch>/photos/<int:number>")
@blueprint.input(PictureQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {JPEG: {}}}})
def picture(batch, number, query):
    """A photo of a batch, upright and without what its camera wrote beside it."""
    return answer_picture(*get_picture(get_session(), _region_of(batch), ask_photo(batch, number), query["size"] == "small"))


@blueprint.post("/<int:batch>/decisions")
@blueprint.input(
    {"verdict": String(required=True, validate=OneOf(["accepted", "refused"])), "number": Integer(load_default=None),
     "rule": String(**_TEXT), "layer": String(**_TEXT), "field": String(**_TEXT)}, arg_name="body",
)  # fmt: skip
def decide(batch, body):
    """Accept or refuse one difference, or all of a rule and layer."""
    region, actor = _region_of(batch), get_person().login
    with Session(get_engine()) as session, session.begin():
        if body["number"] is not None:
            marked = decide_one(session, region, batch, body["number"], body["verdict"], actor)
        else:
            chosen = Decision(body["verdict"], body["rule"], body["layer"], body["field"])
            marked = decide_all(session, region, batch, chosen, actor)
    return {"marked": marked}


@blueprint.post("/<int:batch>/jobs")
@blueprint.input({"kind": String(required=True, validate=OneOf(["compare", "apply", "undo"]))}, arg_name="body")
def start(batch, body):
    """Begin to compare, apply or undo."""
    url = current_app.extensions["netgrid.settings"].web_database_url
    return {"job": str(begin_job(get_engine(), url, (_region_of(batch), batch), body["kind"], get_person().login))}


@blueprint.post("/<int:batch>/cancel")
def cancel(batch):
    """Stop what is being done."""
    region = _region_of(batch)
    with Session(get_engine()) as session, session.begin():
        return {"stopped": cancel_job(session, region, batch)}


def _region() -> int:
    return get_region(get_session(), ask_region_code(), get_area()).id


def _region_of(batch: int) -> int:
    """The region, once the batch is one of it that the caller may see.

    Raises
    ------
    NotFoundError
        ``BATCH_UNKNOWN``.
    """
    return _batch(batch)["region_id"]


def _batch(batch: int) -> dict:
    if batch > KEY_MAX:
        raise NotFoundError("BATCH_UNKNOWN", "There is no such batch.", subject=str(batch))
    return get_batch(get_session(), _region(), batch, get_area())


def _title(layer: str | None, language: str) -> str | None:
    known = layers().get(layer)
    return None if known is None else known.title_zh if language == "zh" else known.title_en


def _label(layer: str, field: str | None, language: str) -> str | None:
    if field is None:
        return None
    known = attributes().get((layers()[layer].table, field))
    return known.label(language) if known else field
