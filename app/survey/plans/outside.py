"""Structures, sections, cables and their segments."""
from app.survey.plans.plan import OWNER_COLUMNS, Plan

# The lowest code wins where a point lies on a border.
COMMUNITY = "LEFT JOIN community_of_{layer} community ON community.source_no = s.source_no AND community.row_no = s.row_no"

STRUCTURE = Plan(
    layer="structure", table="structure", kind="structure",
    columns={
        "code": "r.code", "kind": "r.kind", "name_zh": "r.name_zh", "grid_id": "r.grid_id", "geom": "r.geom", "accuracy_m": "r.accuracy_m",
        "maintenance_unit_id": "r.maintainer_id", **OWNER_COLUMNS,
    },
    refs={"community": "grid", "maintainer": "maintenance_unit"},
    extra={"grid_id": "community.id", "grid_code": "community.code"},
    joins=COMMUNITY.format(layer="structure"),
)

# A line drawn from its Z end is turned round; a section without a line runs straight.
_SECTION_ENDS = """
LEFT JOIN structure a ON a.region_id = :region AND a.id = ref_a_structure.id
LEFT JOIN structure z ON z.region_id = :region AND z.id = ref_z_structure.id
LEFT JOIN LATERAL (
  SELECT CASE WHEN s.geom IS NULL THEN ST_MakeLine(a.geom, z.geom)
              WHEN ST_Distance(ST_StartPoint(s.geom), a.geom) > ST_Distance(ST_EndPoint(s.geom), a.geom) THEN ST_Reverse(s.geom)
              ELSE s.geom END AS geom) line ON true
LEFT JOIN section known_section ON known_section.region_id = :region AND known_section.id = known.id
"""

SECTION = Plan(
    layer="section", table="section", kind="section",
    columns={
        "code": "r.code", "kind": "r.kind", "a_structure_id": "r.a_structure_id", "z_structure_id": "r.z_structure_id",
        "length_m": "coalesce(r.length_m, r.line_m)", "geom": "r.line", **OWNER_COLUMNS,
    },
    refs={"a_structure": "structure", "z_structure": "structure"},
    frozen=("a_structure_id", "z_structure_id"),
    # A table says nothing of the course of a line that was drawn.
    given={
        "geom": "CASE WHEN r.geom IS NOT NULL OR r.known_points = 2 THEN r.line END",
        "length_m": "coalesce(r.length_m, CASE WHEN r.geom IS NOT NULL THEN r.line_m END)",
    },
    extra={
        "known_points": "ST_NPoints(known_section.geom)",
        "line": "line.geom",
        "line_m": "ST_Length(line.geom::geography)",
        "gap_m": "greatest(ST_Distance(ST_StartPoint(line.geom)::geography, a.geom::geography),"
                 " ST_Distance(ST_EndPoint(line.geom)::geography, z.geom::geography))",
    },
    joins=_SECTION_ENDS,
    name="NULL",
)

# A cable is in service once all of its segments are built (I28).
_CABLE_LIFE = (
    "CASE WHEN r.building_count > 0 AND coalesce(r.life, 'in_service') IN ('built', 'in_service') THEN 'building'"
    " ELSE coalesce(r.life, 'in_service') END"
)

CABLE = Plan(
    layer="cable", table="cable", kind="cable",
    columns={"code": "r.code", "medium": "r.medium", "name_zh": "r.name_zh", **OWNER_COLUMNS, "life": _CABLE_LIFE},
    frozen=("medium",),
    given={"life": f"CASE WHEN r.life IS NOT NULL OR r.building_count > 0 THEN {_CABLE_LIFE} END"},
    extra={"building_count": "coalesce(built.building, 0)", "segment_count": "coalesce(built.whole, 0)"},
    joins="""
LEFT JOIN (
  SELECT cable, count(*) AS whole, count(*) FILTER (WHERE life = 'building') AS building
  FROM stage_segment WHERE NOT bad GROUP BY cable) built
  ON built.cable = s.key
""",
)

SEGMENT = Plan(
    layer="segment", table="cable_segment", kind="segment",
    columns={
        "code": "r.code", "cable_id": "r.cable_id", "medium": "r.cable_medium", "model_id": "r.model_id",
        "conductor_count": "r.model_count", "tube_size": "r.model_tube", "sheath_m": "r.sheath_m", "index_n": "r.model_index",
        "a_structure_id": "r.a_structure_id", "z_structure_id": "r.z_structure_id", **OWNER_COLUMNS,
    },
    refs={"cable": "cable", "a_structure": "structure", "z_structure": "structure"},
    frozen=("model_id", "conductor_count", "a_structure_id", "z_structure_id"),
    parent="cable",
    extra={
        "model_id": "model.id", "model_count": "model.conductor_count", "model_tube": "model.tube_size",
        "model_index": "model.index_n::real",
        "model_medium": "model.medium", "cable_medium": "cable.medium",
    },
    joins="""
LEFT JOIN equipment_model model ON upper(model.code) = s.model AND model.kind = 'cable'
LEFT JOIN cable ON cable.region_id = :region AND cable.id = ref_cable.id
""",
    name="NULL",
)
