"""Sites, rooms, racks and equipment; equipment also stands outdoors."""
from app.survey.plans.plan import OWNER_COLUMNS, Plan

SITE = Plan(
    layer="site", table="site", kind="site",
    columns={"code": "r.code", "structure_id": "r.structure_id", "name_zh": "r.name_zh"},
    refs={"structure": "structure"},
)

ROOM = Plan(
    layer="room", table="room", kind="room",
    columns={"code": "r.code", "site_id": "r.site_id", "name_zh": "r.name_zh", "area_m2": "r.area_m2"},
    refs={"site": "site"},
    parent="site",
)

RACK = Plan(
    layer="rack", table="rack", kind="rack",
    columns={"code": "r.code", "room_id": "r.room_id", "height_u": "r.height_u", "power_kw": "r.power_kw"},
    refs={"room": "room"},
    parent="room",
    name="NULL",
)

# Equipment in a rack stands where the rack's building stands.
EQUIPMENT = Plan(
    layer="equipment", table="equipment", kind="equipment",
    columns={
        "code": "r.code", "model_id": "r.model_id", "structure_id": "coalesce(r.structure_id, r.rack_structure_id)",
        "rack_id": "r.rack_id", "name_zh": "r.name_zh", "serial_no": "r.serial_no", "asset_no": "r.asset_no",
        "maintenance_unit_id": "r.maintainer_id", "asset_value_fen": "r.asset_value_fen",
        "in_service_on": "r.in_service_on", **OWNER_COLUMNS,
    },
    refs={"structure": "structure", "rack": "rack", "maintainer": "maintenance_unit"},
    frozen=("model_id",),
    extra={
        "model_id": "model.id", "model_kind": "model.kind", "model_height": "coalesce(model.height_u, 0)",
        "rack_height": "rack.height_u", "rack_structure_id": "site.structure_id",
    },
    joins="""
LEFT JOIN equipment_model model ON upper(model.code) = s.model AND model.kind NOT IN ('cable', 'card')
LEFT JOIN rack ON rack.region_id = :region AND rack.id = ref_rack.id
LEFT JOIN room ON room.region_id = :region AND room.id = rack.room_id
LEFT JOIN site ON site.region_id = :region AND site.id = room.site_id
""",
)
