"""Scenarios for programs: the factors of growth, listed, added and deleted."""

from __future__ import annotations

from apiflask import APIBlueprint, Schema
from apiflask.fields import Date, Dict, Float, Integer, List, String
from apiflask.validators import Length, OneOf, Range

from app.access.gate import get_engine, get_person, get_session
from app.api.once import run_once
from app.api.places import ask_region
from app.api.schemas import RegionQuery
from app.core.database import check_key, transaction
from app.planning import scenarios
from app.planning.models import FACTOR_KINDS
from app.planning.scenarios import MOST_LINES, MOST_RATIO, NAME_LENGTH_MAX, NOTE_LENGTH_MAX, NewFactor
from app.services.models.customers import PRODUCTS

blueprint = APIBlueprint("plans_api", __name__, url_prefix="/api/v1", tag="Planning")


class FactorBody(Schema):
    scenario = String(required=True, validate=Length(1, NAME_LENGTH_MAX))
    kind = String(required=True, validate=OneOf(FACTOR_KINDS))
    product = String(required=True, validate=OneOf(PRODUCTS))
    grid = String(load_default=None, allow_none=True, validate=Length(1, 20), metadata={"description": "Code; or lon and lat of a place."})
    lon = Float(load_default=None, allow_none=True, validate=Range(-180, 180))
    lat = Float(load_default=None, allow_none=True, validate=Range(-90, 90))
    lines = Integer(load_default=None, allow_none=True, validate=Range(1, MOST_LINES), metadata={"description": "Of a new building."})
    ratio = Float(
        load_default=None, allow_none=True, validate=Range(0, MOST_RATIO),
        metadata={"description": "Of a campaign: times the pace. Of churn: part of the services given up a month."},
    )  # fmt: skip
    from_on = Date(required=True)
    until_on = Date(load_default=None, allow_none=True)
    note = String(load_default=None, allow_none=True, validate=Length(0, NOTE_LENGTH_MAX))


class FactorsBody(Schema):
    scenarios = List(String())
    factors = List(Dict())


class MadeBody(Schema):
    id = String()


@blueprint.get("/scenarios")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(FactorsBody)
def scenario_list(query):
    """The names of all scenarios, and the factors that were entered."""
    region, session = ask_region(query), get_session()
    rows = [dict(row._mapping) for row in scenarios.list_factors(session, region.id)]
    factors = [{**row, "id": str(row["id"]), "from_on": row["from_on"].isoformat(),
                "until_on": row["until_on"] and row["until_on"].isoformat()} for row in rows]  # fmt: skip
    return {"scenarios": scenarios.list_scenarios(session, region.id), "factors": factors}


@blueprint.post("/scenarios")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(FactorBody, arg_name="body")
@blueprint.output(MadeBody, status_code=201)
def scenario_add(query, body):
    """Add a factor to a scenario, which is there with its first factor."""
    region = ask_region(query)
    lon, lat = body.pop("lon"), body.pop("lat")
    place = None if lon is None or lat is None else (lon, lat)

    def work(session):
        key = scenarios.add_factor(session, region.id, NewFactor(place=place, **body))
        return {"id": str(key)}, 201, {"Location": "/api/v1/scenarios"}

    return run_once(region.id, work)


@blueprint.delete("/scenarios/<int:factor_id>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output({}, status_code=204)
def scenario_drop(factor_id, query):
    """Delete a factor."""
    region = ask_region(query)
    check_key(factor_id, "FACTOR_UNKNOWN")
    with transaction(get_engine(), get_person().login, "api") as session:
        scenarios.drop_factor(session, region.id, factor_id)
    return ""
