"""Every kind of thing for programs: pages of them, one, what it was, and simple edits."""

from __future__ import annotations

from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import jsonify, make_response, request

from app.access.gate import get_engine, get_person, get_session
from app.access.permissions import mask
from app.api.once import run_once
from app.api.places import ask_region
from app.api.resource_schemas import (
    ChangesBody,
    ChangesQuery,
    DifferenceBody,
    DifferenceQuery,
    EditBody,
    EntriesBody,
    EntriesQuery,
    ResourceBody,
    ResourceQuery,
    ResourcesBody,
    ResourcesQuery,
    WaitBody,
)
from app.core.database import KEY_MAX, check_key, transaction
from app.core.errors import NotFoundError, RequestError, UnseenError
from app.core.moments import ZONE, read_moment
from app.network.commands.edits import Edit, edit_thing
from app.network.queries import changes as journal
from app.network.queries.as_of import Difference, rows_as_of, version_at
from app.reports.resources import Wish, get_resource, get_resource_as_of, get_table, list_resources
from app.services.commands.requests import Wait, add_unmet_request
from app.services.queries.areas import keep_inside

blueprint = APIBlueprint("resources", __name__, url_prefix="/api/v1", tag="Resources")


@blueprint.get("/resources/<kind>")
@blueprint.input(ResourcesQuery, location="query", arg_name="query")
@blueprint.output(ResourcesBody)
def list_of_kind(kind, query):
    """A page of things of a kind, in the order asked, narrowed by columns."""
    region = ask_region(query)
    filters = [part.partition(":") for part in query["filter"]]
    if any(not colon for _, colon, _ in filters):
        raise RequestError("FILTER_UNKNOWN", "A filter is a column, a colon and a value.", expected="filter=life:in_service")
    wish = Wish(
        split(query["fields"]), tuple((name, value) for name, _, value in filters), query["sort"], query.get("after"), query["limit"],
        get_person().role, region.grids,
    )
    page = list_resources(get_session(), region.id, kind, wish)
    return {"region": region.code, "kind": kind, "items": page.items, "next": page.next}


@blueprint.get("/resources/<kind>/<int:thing_id>")
@blueprint.input(ResourceQuery, location="query", arg_name="query")
@blueprint.output(ResourceBody)
def one(kind, thing_id, query):
    """One thing with its version as ETag; as it stood at a moment where one is named."""
    region, role = ask_region(query), get_person().role
    if query.get("as_of"):
        version = version_at(get_session(), region.id, read_moment(query["as_of"]))
        return jsonify(get_resource_as_of(get_session(), region.id, (kind, thing_id), version, role))
    body, change_id = get_resource(get_session(), region.id, (kind, thing_id), split(query["fields"]), role)
    answer = make_response(jsonify(body))
    answer.set_etag(str(change_id))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


@blueprint.patch("/resources/<kind>/<int:thing_id>")
@blueprint.input(ResourceQuery(only=("region", "lang")), location="query", arg_name="query")
@blueprint.input(EditBody, location="json", arg_name="body")
@blueprint.output(ResourceBody)
@blueprint.doc(responses=[412, 428])
def edit(kind, thing_id, query, body):
    """Change names, health, ownership, or say that a thing was verified; If-Match carries the version that was read."""
    region, person = ask_region(query), get_person()
    check_key(thing_id, "THING_UNKNOWN", f"{kind} {thing_id}")
    get_table(kind)
    asked = Edit(kind, thing_id, ask_seen(), body, person.login, datetime.now(UTC))
    with transaction(get_engine(), person.login, "api") as session:
        change_id = edit_thing(session, region.id, asked)
        told, _ = get_resource(session, region.id, (kind, thing_id), (), person.role)
    answer = make_response(jsonify(told))
    answer.set_etag(str(change_id))
    return answer


@blueprint.get("/resources/<kind>/<int:thing_id>/difference")
@blueprint.input(DifferenceQuery, location="query", arg_name="query")
@blueprint.output(DifferenceBody)
def difference(kind, thing_id, query):
    """What differs in one thing between two moments."""
    region, table = ask_region(query), get_table(kind)
    check_key(thing_id, "THING_UNKNOWN", f"{kind} {thing_id}")
    session = get_session()
    found = [
        rows_as_of(session, region.id, table, version_at(session, region.id, read_moment(query[name])), [thing_id]).get(thing_id, [])
        for name in ("earlier", "later")
    ]
    stood = [bool(rows) for rows in found]
    what = {(True, True): "changed", (False, True): "came", (True, False): "went", (False, False): "absent"}[tuple(stood)]
    columns = Difference(thing_id, *found).columns
    told = "same" if what == "changed" and not columns else what
    return {"kind": kind, "id": str(thing_id), "what": told, "columns": tell_pairs(table, columns)}


@blueprint.post("/unmet-requests")
@blueprint.input(ResourceQuery(only=("region", "lang")), location="query", arg_name="query")
@blueprint.input(WaitBody, location="json", arg_name="body")
@blueprint.output(ResourceBody, status_code=201)
def add_request(query, body):
    """Record somebody who waits for what could not be given; the header Idempotency-Key makes it one request however often it is sent."""
    region, role = ask_region(query), get_person().role

    def work(session):
        made = add_unmet_request(session, region.id, Wait(**body), datetime.now(ZONE).date(), region.grids)
        told, change_id = get_resource(session, region.id, ("unmet_request", made.id), (), role)
        return told, 201, {"Location": f"/api/v1/resources/unmet_request/{made.id}", "ETag": f'"{change_id}"'}

    return run_once(region.id, work)


@blueprint.get("/journal")
@blueprint.input(ChangesQuery, location="query", arg_name="query")
@blueprint.output(ChangesBody)
def changes(query):
    """Changes, newest first, of a person, between two moments, in a grid."""
    region = ask_region(query)
    wish = journal.Wish(
        query.get("actor"), read_moment(query["since"]) if query.get("since") else None,
        read_moment(query["until"]) if query.get("until") else None, query["before"], query["limit"],
    )
    rows, following = journal.list_changes(get_session(), region.id, wish, keep_of(region))
    items = [tell_change(row) | {"rows": row["row_count"]} for row in rows]
    return {"region": region.code, "items": items, "next": following}


@blueprint.get("/journal/<int:version>")
@blueprint.input(EntriesQuery, location="query", arg_name="query")
@blueprint.output(EntriesBody)
def entries(version, query):
    """One change by its version, with what stood before, row by row."""
    region, role = ask_region(query), get_person().role
    found = None
    if version <= KEY_MAX:
        found = journal.list_entries(get_session(), region.id, version, query["after"], query["limit"], keep_of(region))
    if found is None:
        raise NotFoundError("CHANGE_UNKNOWN", "There is no such change.", subject=str(version))
    rows = [
        {
            "kind": row["kind"], "table": row["tbl"], "id": str(row["row_id"]), "operation": row["op"],
            "before": {name: mask(row["tbl"], name, value, role) for name, value in (row["before"] or {}).items()},
        }
        for row in found["entries"]
    ]  # fmt: skip
    return {"region": region.code, **tell_change(found), "entries": rows, "next": found["next"]}


def keep_of(region):
    """What of some things lies in the caller's area; None where all does."""
    if region.grids is None:
        return None
    session = get_session()
    return lambda things: keep_inside(session, region.id, region.grids, things)


def tell_change(row: dict) -> dict:
    """Who, when, through which door, for which batch or order."""
    keys = {name: None if row[name] is None else str(row[name]) for name in ("batch_id", "order_id")}
    told = {"version": row["version"], "change_id": str(row["id"]), "at": row["at"].isoformat(), "actor": row["actor"]}
    return {**told, "source": row["source"], **keys}


def tell_pairs(table, columns: dict) -> dict:
    """Before and after of each column, masked where it is personal."""
    role = get_person().role
    return {name: [mask(table.name, name, value, role) for value in pair] for name, pair in columns.items()}


def split(names: str) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(name for name in names.split(",") if name)


def ask_seen() -> int:
    """The version that the request says it has read.

    Raises
    ------
    UnseenError
        ``VERSION_MISSING``.
    RequestError
        ``VERSION_BAD``.
    """
    given = request.if_match
    tags = list(given.as_set(include_weak=True)) if given else []
    if not tags:
        raise UnseenError(
            "VERSION_MISSING", "Say which version you have read.", expected='If-Match: "…", the ETag of what was read',
            next_step="Read the thing, and send its ETag as If-Match.",
        )
    if len(tags) != 1 or not (tags[0].isascii() and tags[0].isdigit() and len(tags[0]) < 19):
        raise RequestError("VERSION_BAD", "This is no version.", found=", ".join(sorted(tags)), expected="one ETag that was read")
    return int(tags[0])
