"""Cutovers, projects and pools for programs. What creates takes Idempotency-Key, what changes takes If-Match."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from apiflask import APIBlueprint
from flask import jsonify

from app.access.gate import get_session
from app.api.callers import ask_caller, change, made, plain, tagged
from app.api.downloads import XLSX_TYPE, answer_file
from app.api.once import run_once
from app.api.order_schemas import (
    ClaimBody,
    CutoverAnswerBody,
    CutoverBody,
    OpenProjectBody,
    PoolBody,
    ProjectBody,
    ProjectsBody,
    ReservationBody,
    RunBody,
)
from app.api.orders import tell_order, tell_reservation
from app.api.places import ask_language
from app.api.resources import ask_seen
from app.api.schemas import RegionQuery
from app.core.errors import NotFoundError
from app.core.journal import check_seen
from app.operations import cutovers, pools, projects
from app.operations.doors import Caller, find_code, see_order
from app.operations.effects import Work
from app.reports.cutovers import cutover_sheet
from app.reports.tables import write_workbook
from app.services.commands.reservations import Purpose

blueprint = APIBlueprint("works", __name__, url_prefix="/api/v1", tag="Orders")


@blueprint.post("/cutovers")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(CutoverBody, arg_name="body")
@blueprint.output(CutoverAnswerBody, status_code=201)
def cutover_open(query, body):
    """Open a cutover; every conflict of its sheet is told, and then nothing is opened. Its steps are those of an order."""
    caller, now = ask_caller(query), datetime.now(UTC)

    def work(session):
        keys = [find_code(session, caller, body[name], "equipment") for name in ("source", "target")]
        told = tell_cutover(cutovers.open_cutover(session, caller.region_id, *keys, caller.login, now))
        return made(told, f"/api/v1/cutovers/{told['code']}")

    return run_once(caller.region_id, work)


def tell_cutover(work: Work) -> dict:
    """A cutover as an order, with its sheet."""
    moves = cutovers.list_moves(work.session, work.region_id, work.id)
    rows = [{name: value for name, value in vars(move).items() if name not in ("from_id", "to_id")} for move in moves]
    return {**tell_order(work), "moves": rows}


def see_cutover(session, caller: Caller, code: str, seen: int | None = None) -> Work:
    """An order that is a cutover.

    Raises
    ------
    NotFoundError
        ``ORDER_UNKNOWN``.
    """
    work = see_order(session, caller, code, datetime.now(UTC), seen)
    if work.row["kind"] != "cutover":
        raise NotFoundError("ORDER_UNKNOWN", "there is no such cutover", subject=code)
    return work


@blueprint.get("/cutovers/<code>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(CutoverAnswerBody)
def cutover_one(code, query):
    """A cutover with its sheet, before and after."""
    return tagged(tell_cutover(see_cutover(get_session(), ask_caller(query), code)))


@blueprint.get("/cutovers/<code>/sheet.xlsx")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {XLSX_TYPE: {}}}})
def cutover_xlsx(code, query):
    """The sheet of a cutover as a workbook."""
    work = see_cutover(get_session(), ask_caller(query), code)
    file = io.BytesIO()
    write_workbook(file, work.code, *cutover_sheet(cutovers.list_moves(work.session, work.region_id, work.id), ask_language(query)))
    return answer_file(file.getvalue(), XLSX_TYPE, f"{work.code}.xlsx")


@blueprint.post("/cutovers/<code>/run")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(RunBody, arg_name="body")
@blueprint.output(CutoverAnswerBody)
def cutover_run(code, query, body):
    """Make the next moves of an approved cutover, all of them or none."""
    caller, seen, now = ask_caller(query), ask_seen(), datetime.now(UTC)

    def work(session):
        order = see_cutover(session, caller, code, seen)
        cutovers.run_moves(session, caller.region_id, order.code, caller.login, now, most=body.get("count", cutovers.MOST_MOVES))
        return tell_cutover(see_cutover(session, caller, code))

    return change(caller, work)


@blueprint.post("/cutovers/<code>/rollback")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(CutoverAnswerBody)
def cutover_rollback(code, query):
    """Undo every move that was made."""
    caller, seen, now = ask_caller(query), ask_seen(), datetime.now(UTC)

    def work(session):
        order = see_cutover(session, caller, code, seen)
        cutovers.roll_back(session, caller.region_id, order.code, caller.login, now)
        return tell_cutover(see_cutover(session, caller, code))

    return change(caller, work)


@blueprint.get("/projects")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(ProjectsBody)
def project_list(query):
    """The newest projects, with what they claim and what is planned or built for them."""
    caller = ask_caller(query)
    rows = projects.list_projects(get_session(), caller.region_id)
    return jsonify({"region": caller.region, "items": [plain(row._mapping) for row in rows]})


def tell_project(session, caller: Caller, code: str) -> dict:
    """A project with what it claims.

    Raises
    ------
    NotFoundError
        ``PROJECT_UNKNOWN``.
    """
    rows = projects.list_projects(session, caller.region_id, code)
    if not rows:
        raise NotFoundError("PROJECT_UNKNOWN", "there is no such project", subject=code)
    return plain(rows[0]._mapping)


@blueprint.get("/projects/<code>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(ProjectBody)
def project_one(code, query):
    """A project; its ETag is its version."""
    return tagged(tell_project(get_session(), ask_caller(query), code))


@blueprint.post("/projects")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(OpenProjectBody, arg_name="body")
@blueprint.output(ProjectBody, status_code=201)
def project_open(query, body):
    """Open a project; surveys put planned plant into it."""
    caller = ask_caller(query)

    def work(session):
        projects.open_project(session, caller.region_id, body["code"], body["name_zh"])
        return made(tell_project(session, caller, body["code"]), f"/api/v1/projects/{body['code']}")

    return run_once(caller.region_id, work)


@blueprint.post("/projects/<code>/claims")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(ClaimBody, arg_name="body")
@blueprint.output(ProjectBody, status_code=201)
def project_claim(code, query, body):
    """Claim ducts, strands and rack units of live plant; a clash with another project is a 409 that names it, and nothing is claimed."""
    caller = ask_caller(query)

    def work(session):
        projects.claim(session, caller.region_id, code, projects.read_claims(session, caller.region_id, body["things"]))
        return made(tell_project(session, caller, code), f"/api/v1/projects/{code}")

    return run_once(caller.region_id, work)


def lead(code: str, query: dict, what):
    """The answer of what becomes of a project as it was read."""
    caller, seen = ask_caller(query), ask_seen()

    def work(session):
        projects.find_project(session, caller.region_id, code)
        found = tell_project(session, caller, code)
        check_seen(session, caller.region_id, found["code"], int(found["change_id"]), seen)
        what(session, caller.region_id, code)
        return tell_project(session, caller, code)

    return change(caller, work)


@blueprint.post("/projects/<code>/accept")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(ProjectBody)
def project_accept(code, query):
    """What was planned is built; accepted again, it is in service."""
    return lead(code, query, projects.accept)


@blueprint.post("/projects/<code>/cancel")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(ProjectBody)
def project_cancel(code, query):
    """Free all that a project claims, and give up what it planned."""
    return lead(code, query, projects.cancel_project)


@blueprint.post("/pool-reservations")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(PoolBody, arg_name="body")
@blueprint.output(ReservationBody, status_code=201)
def pool_reserve(query, body):
    """Reserve the next free number, VLAN or prefix by itself; each is handed out once."""
    caller, now = ask_caller(query), datetime.now(UTC)

    def work(session):
        until = now + timedelta(days=body["days"]) if "days" in body else None
        purpose = Purpose(caller.login, body["reason"], until)
        asked = pools.Asked(body["kind"], body["at"], body.get("like"), body.get("length"))
        held = pools.take_next(session, caller.region_id, asked, lambda code: find_code(session, caller, code, "equipment"), purpose, now)
        return made(tell_reservation(session, caller, held.code), f"/api/v1/reservations/{held.code}")

    return run_once(caller.region_id, work)
