"""The page of the journal: who changed what, when, through which door; what stood before; and one thing as it stood at a moment."""

from __future__ import annotations

from datetime import datetime

from apiflask import APIBlueprint
from flask import render_template, request

from app.access.gate import get_person, get_session
from app.core.database import KEY_MAX
from app.core.errors import NetGridError, NotFoundError
from app.core.moments import read_moment
from app.network.dictionary import attributes, label, word_label, words
from app.network.queries.as_of import version_at
from app.network.queries.changes import Wish, list_changes, list_entries
from app.network.queries.codes import resolve_code
from app.reports.records.kinds import KINDS
from app.reports.records.values import Reader, tell
from app.reports.resources import get_resource_as_of
from app.services.queries.areas import keep_inside
from app.web.errors import say_error
from app.web.language import page_language
from app.web.regions import ask_region

blueprint = APIBlueprint("journal", __name__, enable_openapi=False)
LENGTH_MAX = 200
ROWS, ENTRIES = 50, 100
ASKED = ("actor", "since", "until", "code", "at")
HIDDEN = ("region_id", "geometry", "kind")


@blueprint.get("/journal")
def journal_page():
    """Changes, newest first, of a person and between two moments; and what a code named as it stood at a moment."""
    region, given = ask_region(), {name: request.args.get(name, "").strip()[:LENGTH_MAX] for name in ASKED}
    before = request.args.get("before", "")
    changes, following, stood, problem = [], None, None, None
    try:
        wish = Wish(
            given["actor"] or None, read_moment(given["since"]) if given["since"] else None,
            read_moment(given["until"]) if given["until"] else None,
            int(before) if before.isascii() and before.isdigit() and int(before) <= KEY_MAX else KEY_MAX, ROWS,
        )  # fmt: skip
        changes, following = list_changes(get_session(), region.id, wish, keep_of(region))
        stood = find_as_of(region, given["code"], given["at"]) if given["code"] and given["at"] else None
    except NetGridError as error:
        problem = say_error(error)[0]
    page = render_template("journal.html", changes=changes, following=following, stood=stood, problem=problem, given=given)
    return page, 422 if problem else 200


@blueprint.get("/journal/<int:version>")
def change_page(version):
    """One change with what stood before, row by row."""
    region, after = ask_region(), request.args.get("after", "0")
    key = int(after) if after.isascii() and after.isdigit() and int(after) <= KEY_MAX else 0
    found = list_entries(get_session(), region.id, version, key, ENTRIES, keep_of(region)) if version <= KEY_MAX else None
    if found is None:
        raise NotFoundError("CHANGE_UNKNOWN", "There is no such change.", subject=str(version))
    rows = [
        {**row, "what": name_row(row["kind"]), "facts": tell_facts(row["tbl"], row["before"] or {})} for row in found["entries"]
    ]
    return render_template("journal_change.html", change=found, rows=rows, kinds=KINDS)


def keep_of(region):
    """What of some things lies in the caller's area; None where all does."""
    if region.grids is None:
        return None
    return lambda things: keep_inside(get_session(), region.id, region.grids, things)


def find_as_of(region, code: str, at: str) -> dict:
    """The thing that a code names, as it stood at a moment, column by column.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``, or ``THING_UNKNOWN`` where it did not stand then or lies outside the caller's area.
    """
    session = get_session()
    hits = [hit for hit in resolve_code(session, region.id, code) if hit.kind in KINDS]
    seen = keep_inside(session, region.id, region.grids, [(hit.kind, hit.id) for hit in hits])
    hit = next((hit for hit in hits if (hit.kind, hit.id) in seen), None)
    if hit is None:
        raise NotFoundError("CODE_UNKNOWN", f"nothing is called {code}", found=code)
    version = version_at(session, region.id, read_moment(at))
    row = get_resource_as_of(session, region.id, (hit.kind, hit.id), version, get_person().role)
    return {"kind": hit.kind, "code": hit.code, "facts": tell_facts(KINDS[hit.kind].model.__tablename__, row)}


def tell_facts(table: str, row: dict) -> list[tuple[str, str]]:
    """Label and value of each column that has one, in the dictionary's words; what is personal is masked for whom it is not."""
    reader = Reader(page_language(), get_person().role)
    return [
        (label(table, name, reader.language), tell(table, name, revive(table, name, value), reader).text)
        for name, value in row.items()
        if value is not None and name not in HIDDEN and not name.startswith("geom")
    ]


def revive(table: str, name: str, value):
    """A moment as it was, of which the journal keeps the text; any other value as it is."""
    known = attributes().get((table, name))
    return datetime.fromisoformat(value) if known and known.type == "timestamp" and isinstance(value, str) else value


def name_row(kind: str) -> str:
    """What a row of the journal tells of."""
    return word_label("kind" if kind in words()["kind"] else "journal_table", kind, page_language())
