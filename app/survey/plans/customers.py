"""Customers, buildings with their addresses, and what could not be served."""
from app.survey.plans.outside import COMMUNITY
from app.survey.plans.plan import Plan

# The index of codes is open to all roles, so a customer's name stays out of it.
CUSTOMER = Plan(
    layer="customer", table="customer", kind="customer",
    columns={"code": "r.code", "segment": "r.segment", "name": "r.name", "contact": "r.contact", "phone": "r.phone"},
    name="NULL",
)

BUILDING = Plan(
    layer="building", table="building", kind="building",
    columns={"code": "r.code", "name_zh": "r.name_zh", "floor_count": "r.floor_count", "grid_id": "r.grid_id", "geom": "r.geom"},
    refs={"community": "grid"},
    extra={"grid_id": "community.id", "grid_code": "community.code"},
    joins=COMMUNITY.format(layer="building"),
)

ADDRESS = Plan(
    layer="address", table="address", kind="address",
    columns={"code": "r.code", "building_id": "r.building_id", "name_zh": "r.name_zh", "household_count": "r.household_count"},
    refs={"building": "building"},
    parent="building",
)

UNMET_REQUEST = Plan(
    layer="unmet_request", table="unmet_request", kind="unmet_request",
    columns={
        "code": "r.code", "address_id": "r.address_id", "grid_id": "r.grid_id", "geom": "r.geom", "segment": "r.segment",
        "product": "r.product",
        "rate_mbit": "r.rate_mbit", "requested_on": "r.requested_on", "reason": "r.reason", "state": "coalesce(r.state, 'open')",
    },
    refs={"address": "address", "community": "grid"},
    given={"state": "r.state"},
    extra={"grid_id": "community.id", "grid_code": "community.code"},
    joins=COMMUNITY.format(layer="unmet_request"),
    name="NULL",
)
