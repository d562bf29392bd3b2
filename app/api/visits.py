"""Visits of the front office: handed over from the question M1, listed, and closed with their outcome."""

from __future__ import annotations

from datetime import UTC, datetime

from apiflask import APIBlueprint, Schema
from apiflask.fields import Dict, Integer, List, String
from apiflask.validators import Length, OneOf, Range

from app.access.gate import get_engine, get_person, get_session
from app.access.permissions import may
from app.api.once import run_once
from app.api.places import ask_language, ask_region
from app.api.schemas import RegionQuery
from app.core.database import check_key, transaction
from app.reports.questions.market import ACCESS, find_places
from app.services.commands import visits
from app.services.commands.visits import NOTE_LENGTH_MAX, Seller
from app.services.models.visits import OUTCOMES, VISIT_STATES

blueprint = APIBlueprint("visits", __name__, url_prefix="/api/v1", tag="Planning")
PRODUCTS = tuple(product for product in ACCESS if product != "vdsl")


class HandBody(Schema):
    owner = String(required=True, validate=Length(1, 200), metadata={"description": "Login of who is to go there."})
    product = String(load_default="ftth", validate=OneOf(PRODUCTS))
    grid = String(load_default="", validate=Length(0, 20), metadata={"description": "Code of a grid; the whole region where left out."})
    count = Integer(load_default=100, validate=Range(1, 1000))


class HandedBody(Schema):
    handed = Integer()
    owner = String()


class OutcomeBody(Schema):
    outcome = String(required=True, validate=OneOf(OUTCOMES))
    note = String(load_default=None, allow_none=True, validate=Length(0, NOTE_LENGTH_MAX))


class VisitsQuery(RegionQuery):
    state = String(validate=OneOf(VISIT_STATES))


class VisitsBody(Schema):
    visits = List(Dict())
    outcomes = List(Dict(), metadata={"description": "By owner and product, visits in each state."})


def ask_seller(query: dict) -> Seller:
    """Who asks, with the grids that they may see."""
    region, person = ask_region(query), get_person()
    return Seller(region.id, person.login, region.grids, may(person.role, "plan"))


def tell_visit(row) -> dict:
    """A visit as JSON."""
    names = ("product", "access", "owner", "state", "note", "handed_by", "closed_by", "address", "grid_code")
    moments = {name: value.isoformat() if (value := getattr(row, name)) else None for name in ("handed_at", "closed_at")}
    return {"id": str(row.id), "address_id": str(row.address_id), **{name: getattr(row, name) for name in names}, **moments}


@blueprint.get("/visits")
@blueprint.input(VisitsQuery, location="query", arg_name="query")
@blueprint.output(VisitsBody)
def visit_list(query):
    """Visits inside the caller's area: their own, and everybody's for who hands them over."""
    seller = ask_seller(query)
    rows = visits.list_visits(get_session(), seller, query.get("state"))
    return {
        "visits": [tell_visit(row) for row in rows],
        "outcomes": [dict(row._mapping) for row in visits.count_outcomes(get_session(), seller)],
    }


@blueprint.post("/visits")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(HandBody, arg_name="body")
@blueprint.output(HandedBody, status_code=201)
def visit_add(query, body):
    """Hand the list to visit of the question M1 over to somebody; nobody is visited by two."""
    seller, language = ask_seller(query), ask_language(query)

    def work(session):
        places = find_places(session, seller.region_id, body["product"], body["grid"], body["count"], language)
        handed = visits.hand_over(session, seller, body["owner"], body["product"], places, datetime.now(UTC))
        return {"handed": handed, "owner": body["owner"]}, 201, {"Location": "/api/v1/visits"}

    return run_once(seller.region_id, work)


@blueprint.patch("/visits/<int:visit_id>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(OutcomeBody, arg_name="body")
@blueprint.output(VisitsBody)
def visit_close(visit_id, query, body):
    """Keep what came of a visit: won, lost, or later."""
    seller = ask_seller(query)
    check_key(visit_id, "VISIT_UNKNOWN")
    with transaction(get_engine(), seller.login, "api") as session:
        visits.close_visit(session, seller, visit_id, body["outcome"], body["note"], datetime.now(UTC))
        rows = [row for row in visits.list_visits(session, seller, body["outcome"]) if row.id == visit_id]
        return {"visits": [tell_visit(row) for row in rows], "outcomes": []}
