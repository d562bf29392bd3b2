"""Telephone offices, the trunk groups between them, and blocks of numbers."""
from app.survey.plans.plan import Plan

# The host is resolved when all offices of these files are known.
SWITCH_OFFICE = Plan(
    layer="switch_office", table="switch_office", kind="switch_office",
    columns={"code": "r.code", "equipment_id": "r.equipment_id", "role": "r.role", "host_id": "r.host_id", "name_zh": "r.name_zh"},
    refs={"equipment": "equipment"},
    frozen=("role",),
    extra={"host_id": "NULL::bigint"},
)

TRUNK_GROUP = Plan(
    layer="trunk_group", table="trunk_group", kind="trunk_group",
    columns={
        "code": "r.code", "a_office_id": "r.a_office_id", "z_office_id": "r.z_office_id", "far_end": "r.far_end",
        "direction": "r.direction",
        "signalling": "r.signalling", "e1_count": "r.e1_count", "busy_hour_erlang": "r.busy_hour_erlang", "name_zh": "r.name_zh",
    },
    refs={"a_office": "switch_office", "z_office": "switch_office"},
    frozen=("a_office_id", "z_office_id"),
)

NUMBER_BLOCK = Plan(
    layer="number_block", table="number_block", kind="number_block",
    columns={"code": "r.code", "office_id": "r.office_id", "number_count": "r.number_count"},
    refs={"office": "switch_office"},
    frozen=("number_count",),
    name="NULL",
)
