"""The page of the front office's visits: what was handed to whom, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from app.access.gate import get_engine, get_person, get_session
from app.access.permissions import may
from app.core.database import check_key, transaction
from app.core.errors import InputError, NetGridError
from app.reports.questions.market import ACCESS, find_places
from app.services.commands import visits
from app.services.commands.visits import Seller
from app.services.models.visits import OUTCOMES, VISIT_STATES
from app.web.language import page_language
from app.web.planning import PLANS, tabs
from app.web.regions import ask_region
from app.web.views import tell
from app.web.work import say

blueprint = APIBlueprint("sales", __name__, enable_openapi=False)
CLOSES, MOST = "order", 1000


def ask_seller() -> tuple[Seller, object]:
    """Who looks at the page, and the region."""
    region, person = ask_region(), get_person()
    return Seller(region.id, person.login, region.grids, may(person.role, PLANS)), region


@blueprint.get("/visits")
def visits_page():
    """Visits inside the reader's area, open ones first."""
    return show_visits()


def show_visits(problem: str | None = None):
    seller, region = ask_seller()
    state = request.args.get("state") or None
    session = get_session()
    page = render_template(
        "planning/visits.html", region=tell(region), problem=problem, visits=visits.list_visits(session, seller, state), state=state,
        outcomes=visits.count_outcomes(session, seller), may_plan=seller.may_hand and region.grids is None,
        may_close=may(get_person().role, CLOSES), states=VISIT_STATES, closings=OUTCOMES,
        products=[name for name in ACCESS if name != "vdsl"],
        tabs=tabs(), asked="visits", language=page_language(), login=seller.login,
    )  # fmt: skip
    return page, 422 if problem else 200


@blueprint.post("/visits")
def hand_over():
    """Hand the list to visit over to somebody."""
    seller, _ = ask_seller()
    try:
        product, count = request.form.get("product") or "", request.form.get("count") or ""
        if product not in ACCESS or not count.isdigit() or not 0 < int(count) <= MOST:
            raise InputError("INPUT_BAD", "an input can't be read", "count", f"{product} {count}"[:40], f"1 to {MOST}")
        with transaction(get_engine(), seller.login, "web") as session:
            places = find_places(session, seller.region_id, product, (request.form.get("grid") or "")[:20], int(count), page_language())
            visits.hand_over(session, seller, (request.form.get("owner") or "")[:200], product, places, datetime.now(UTC))
    except NetGridError as error:
        return show_visits(say(error))
    return redirect(url_for("sales.visits_page"))


@blueprint.post("/visits/<int:visit_id>")
def close(visit_id):
    """Keep what came of a visit."""
    seller, _ = ask_seller()
    try:
        check_key(visit_id, "VISIT_UNKNOWN")
        with transaction(get_engine(), seller.login, "web") as session:
            note = request.form.get("note")
            visits.close_visit(session, seller, visit_id, request.form.get("outcome") or "", note, datetime.now(UTC))
    except NetGridError as error:
        return show_visits(say(error))
    return redirect(url_for("sales.visits_page"))
