"""The page of what is planned for many lines at once: cutovers, and building projects with what they claim."""

from __future__ import annotations

from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from app.access.gate import get_session
from app.access.permissions import may
from app.core.errors import InputError, NetGridError
from app.core.journal import check_seen
from app.operations import cutovers, projects
from app.operations.doors import find_code
from app.operations.queries import OrderFilter, list_orders
from app.web.work import ask_caller, read, read_key, say, writing

blueprint = APIBlueprint("plans", __name__, enable_openapi=False)
LENGTH_MAX = 20_000


@blueprint.get("/works")
def works_page():
    """The newest cutovers and projects."""
    return show_works()


def show_works(problem: str | None = None):
    caller, _ = ask_caller()
    session = get_session()
    page = render_template(
        "work/works.html", problem=problem, projects=projects.list_projects(session, caller.region_id), may_plan=may(caller.role, "plan"),
        cutovers=list_orders(session, caller.region_id, datetime.now(UTC), OrderFilter(kind="cutover")).rows,
        may_cut=may(caller.role, "maintain"), given={name: read(name) or "" for name in ("source", "target", "code", "name_zh")},
    )  # fmt: skip
    return page, 422 if problem else 200


@blueprint.post("/works/cutovers")
def open_cutover():
    """Open a cutover; every conflict of its sheet is told, and then nothing is opened."""
    caller, _ = ask_caller()
    try:
        with writing(caller) as session:
            keys = [find_code(session, caller, read(name) or "", "equipment") for name in ("source", "target")]
            code = cutovers.open_cutover(session, caller.region_id, *keys, caller.login, datetime.now(UTC)).code
    except NetGridError as error:
        return show_works(say(error))
    return redirect(url_for("work.order_page", code=code))


@blueprint.post("/works/projects")
def open_project():
    """Open a project."""
    caller, _ = ask_caller()
    try:
        if not read("code") or not read("name_zh"):
            raise InputError("PROJECT_INCOMPLETE", "a project needs a code and a name", next_step="fill in both")
        with writing(caller) as session:
            projects.open_project(session, caller.region_id, read("code"), read("name_zh"))
    except NetGridError as error:
        return show_works(say(error))
    return redirect(url_for("plans.works_page"))


@blueprint.post("/works/projects/<code>")
def lead_project(code):
    """Claim live plant for a project, accept it, or cancel it; the version that the page showed must still be there."""
    caller, _ = ask_caller()
    try:
        with writing(caller) as session:
            projects.find_project(session, caller.region_id, code)
            row = projects.list_projects(session, caller.region_id, code)[0]
            check_seen(session, caller.region_id, row.code, row.change_id, read_key("version"))
            if read("act") == "claim":
                things = (request.form.get("things") or "")[:LENGTH_MAX].replace(",", " ").split()
                projects.claim(session, caller.region_id, code, projects.read_claims(session, caller.region_id, things))
            elif read("act") == "accept":
                projects.accept(session, caller.region_id, code)
            elif read("act") == "cancel":
                projects.cancel_project(session, caller.region_id, code)
    except NetGridError as error:
        return show_works(say(error))
    return redirect(url_for("plans.works_page"))
