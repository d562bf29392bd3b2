"""Community grid, customer areas and roads."""
from app.survey.plans.plan import Plan

GRID = Plan(
    layer="grid", table="grid", kind="grid",
    columns={
        "code": "r.code", "level": "r.level_no", "parent_id": "r.parent_id", "name_zh": "r.name_zh", "name_en": "r.name_en",
        "geom": "r.geom",
    },
    refs={},
    extra={
        "level_no": "CASE s.level WHEN 'county' THEN 1 WHEN 'town' THEN 2 ELSE 3 END",
        "parent_id": "NULL::bigint",
    },
)

CUSTOMER_AREA = Plan(
    layer="customer_area", table="customer_area", kind="customer_area",
    columns={"code": "r.code", "name_zh": "r.name_zh", "name_en": "r.name_en", "geom": "r.geom"},
)

ROAD = Plan(
    layer="road", table="road", kind="road",
    columns={"code": "r.code", "name_zh": "r.name_zh", "source": "r.source", "geom": "r.geom"},
)
