"""Layers whose rows are not owners with a code of their own: they speak of ranges, ways, joints and states."""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RowPlan:
    """As ``Plan``, but a row stands for several rows of the network, or for none.

    Attributes
    ----------
    full_key
        What findings call the row, over the staged row ``s``.
    unique
        True where ``full_key`` may come once only.
    """

    layer: str
    full_key: str
    refs: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    joins: str = ""
    unique: bool = False


MAINTENANCE_UNIT = RowPlan(
    "maintenance_unit", "s.key", refs={"grid": "grid"},
    extra={
        "known_id": "known.id",
        "id": "coalesce(known.id, nextval(pg_get_serial_sequence('maintenance_unit', 'id')))",
    },
    joins="LEFT JOIN code_index known ON known.region_id = :region AND known.kind = 'maintenance_unit' AND known.code_key = s.key"
    " AND NOT known.is_alias",
)

DUCT = RowPlan("duct", "s.section || '/K' || coalesce(s.parent_no || '-', '') || s.nos[1]", refs={"section": "section"})

CABLE_RUN = RowPlan("cable_run", "s.segment", refs={"segment": "segment", "section": "section"})

CARD = RowPlan(
    "card", "s.equipment || '/' || s.slot_no", refs={"equipment": "equipment"}, unique=True,
    extra={
        "model_id": "model.id", "known_id": "known.id", "known_model_id": "known.model_id", "equipment_life": "equipment.life",
        "id": "coalesce(known.id, nextval(pg_get_serial_sequence('card', 'id')))",
    },
    joins="""
LEFT JOIN equipment_model model ON upper(model.code) = s.model AND model.kind = 'card'
LEFT JOIN equipment ON equipment.region_id = :region AND equipment.id = ref_equipment.id
LEFT JOIN card known ON known.region_id = :region AND known.equipment_id = ref_equipment.id AND known.slot_no = s.slot_no
""",
)

CONDUCTOR_STATE = RowPlan("conductor_state", "s.segment", refs={"segment": "segment"})

PORT_STATE = RowPlan("port_state", "s.equipment", refs={"equipment": "equipment"})


def _face(segment: str, place: str, named: str) -> str:
    """The end of a segment that lies at a place: the one named, else the only one there; null where none or both do."""
    at_a, at_z = f"{segment}.a_structure_id = {place}.structure_id", f"{segment}.z_structure_id = {place}.structure_id"
    return (
        f"CASE WHEN {named} = 'A' THEN CASE WHEN {at_a} THEN 0 END WHEN {named} = 'Z' THEN CASE WHEN {at_z} THEN 1 END"
        f" WHEN {at_a} AND NOT {at_z} THEN 0 WHEN {at_z} AND NOT {at_a} THEN 1 END"
    )


def _ends(segment: str, place: str) -> str:
    """How many ends of a segment lie at a place."""
    return f"({segment}.a_structure_id = {place}.structure_id)::int + ({segment}.z_structure_id = {place}.structure_id)::int"


SPLICE = RowPlan(
    "splice", "s.closure || ': ' || s.from_segment || ' - ' || s.to_segment",
    refs={"from_segment": "segment", "to_segment": "segment", "closure": "equipment"},
    extra={
        "from_face": _face("f", "e", "s.from_end"), "to_face": _face("t", "e", "s.to_end"),
        "from_ends": _ends("f", "e"), "to_ends": _ends("t", "e"),
        "from_medium": "f.medium", "to_medium": "t.medium",
    },
    joins="""
LEFT JOIN cable_segment f ON f.region_id = :region AND f.id = ref_from_segment.id
LEFT JOIN cable_segment t ON t.region_id = :region AND t.id = ref_to_segment.id
LEFT JOIN equipment e ON e.region_id = :region AND e.id = ref_closure.id
""",
)

TERMINATION = RowPlan(
    "termination", "s.panel || ': ' || s.segment", refs={"panel": "equipment", "segment": "segment"},
    extra={"face": _face("g", "e", 's."end"'), "ends": _ends("g", "e")},
    joins="""
LEFT JOIN cable_segment g ON g.region_id = :region AND g.id = ref_segment.id
LEFT JOIN equipment e ON e.region_id = :region AND e.id = ref_panel.id
""",
)

PATCH = RowPlan(
    "patch", "s.from_equipment || ' - ' || s.to_equipment", refs={"from_equipment": "equipment", "to_equipment": "equipment"},
)
