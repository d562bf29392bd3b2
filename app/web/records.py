"""The record pages: one for each thing, found by kind and key or by its full code."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import abort, redirect, render_template, request, url_for

from app.access.gate import get_person, get_session
from app.core.database import KEY_MAX
from app.core.errors import NotFoundError
from app.network.queries.codes import resolve_code
from app.reports.records.kinds import KINDS
from app.reports.records.narrow import narrow_record
from app.reports.records.pages import get_record, get_users
from app.reports.records.values import Reader, source_word, title
from app.services.queries.areas import keep_inside
from app.web.language import page_language
from app.web.questions import may_ask, question_links
from app.web.regions import ask_region

blueprint = APIBlueprint("records", __name__, enable_openapi=False)
CODE_LENGTH_MAX = 200
DIGITS_MAX = 19


@blueprint.app_context_processor
def record_addresses() -> dict:
    """What templates need to lead to a record."""
    return {"record_address": record_address, "question_links": question_links, "may_ask": may_ask}


def record_address(kind: str | None, key: int | None) -> str | None:
    """The address of a thing's record; None for kinds without one."""
    return url_for("records.record_page", kind=kind, thing_id=key) if kind in KINDS and key is not None else None


@blueprint.get("/things/<kind>/<int:thing_id>")
def record_page(kind, thing_id):
    """The record of one thing."""
    if thing_id > KEY_MAX:
        raise NotFoundError("THING_UNKNOWN", "There is no such thing.", subject=f"{kind} {thing_id}")
    region, reader = ask_region(), ask_reader()
    found = get_record(get_session(), region.id, (kind, thing_id), reader, ask_pages(), region.grids)
    record = narrow_record(get_session(), region.id, found, region.grids)
    return render_template(
        "record.html", record=record, region=region, t=lambda name: title(name, reader), source_word=lambda name: source_word(name, reader)
    )


@blueprint.get("/things/<kind>/<int:thing_id>/users")
def users_page(kind, thing_id):
    """Who uses a thing, by itself: for things that so many use that they are counted after the record is shown."""
    region, reader = ask_region(), ask_reader()
    found = get_users(get_session(), region.id, (kind, thing_id), reader, ask_pages())
    record = narrow_record(get_session(), region.id, found, region.grids)
    return render_template("users.html", record=record, region=region)


def ask_pages() -> dict[str, int]:
    """The keys after which the request wants lists to begin, by list."""
    return {name: int(value) for name, value in request.args.items() if value.isascii() and value.isdigit() and len(value) < DIGITS_MAX}


@blueprint.get("/things")
def find_by_code():
    """The record of the thing that a full code names; a choice where it names several."""
    code = request.args.get("code", "").strip()
    if not code or len(code) > CODE_LENGTH_MAX or "\x00" in code:
        abort(404)
    region = ask_region()
    try:
        found = [hit for hit in resolve_code(get_session(), region.id, code) if hit.kind in KINDS]
    except NotFoundError:
        found = []
    kept = keep_inside(get_session(), region.id, region.grids, [(hit.kind, hit.id) for hit in found])
    hits = [hit for hit in found if (hit.kind, hit.id) in kept]
    if not hits:
        raise NotFoundError("CODE_UNKNOWN", "There is no such thing.", subject=code)
    if len(hits) == 1:
        return redirect(record_address(hits[0].kind, hits[0].id))
    return render_template("choice.html", code=code, hits=hits, reader=ask_reader())


def ask_reader() -> Reader:
    """Who reads the page, and in which language."""
    return Reader(page_language(), get_person().role)
