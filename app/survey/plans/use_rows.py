"""Layers of power, data, numbers, coverage and carriers whose rows have no code of their own."""
from app.survey.plans.rows import RowPlan

_KIND_OF_MODEL = """
LEFT JOIN equipment e ON e.region_id = :region AND e.id = ref_{field}.id
LEFT JOIN equipment_model m ON m.id = e.model_id
"""

POWER_RATING = RowPlan(
    "power_rating", "s.equipment", refs={"equipment": "equipment"}, unique=True, extra={"model_kind": "m.kind"},
    joins=_KIND_OF_MODEL.format(field="equipment"),
)

POWER_FEED = RowPlan(
    "power_feed", "s.source || ':' || s.outlet_no",
    refs={"source": "equipment", "load_equipment": "equipment", "load_rack": "rack"}, unique=True,
    extra={"model_kind": "m.kind", "known_id": "t.id", "id": "coalesce(t.id, nextval(pg_get_serial_sequence('power_feed', 'id')))"},
    joins=_KIND_OF_MODEL.format(field="source") + """
LEFT JOIN power_feed t ON t.region_id = :region AND t.source_equipment_id = ref_source.id AND t.outlet_no = s.outlet_no
""",
)

POWER_READING = RowPlan("power_reading", "s.equipment || ' ' || s.read_on", refs={"equipment": "equipment"}, unique=True)

PORT_OBSERVATION = RowPlan("port_observation", "s.equipment || '/' || s.ports[1]", refs={"equipment": "equipment"})

VLAN = RowPlan("vlan", "s.gateway || ':' || s.s_vlan", refs={"gateway": "equipment"})

IP_PREFIX = RowPlan(
    "ip_prefix", "coalesce(s.routing_table, 'public') || ' ' || s.prefix", refs={"gateway": "equipment"}, unique=True,
    extra={
        "own_table": "coalesce(s.routing_table, 'public')", "known_id": "t.id", "parent_id": "NULL::bigint",
        "id": "coalesce(t.id, nextval(pg_get_serial_sequence('ip_prefix', 'id')))",
    },
    joins="""
LEFT JOIN ip_prefix t ON t.region_id = :region AND t.routing_table = coalesce(s.routing_table, 'public') AND t.prefix = s.prefix
""",
)

NUMBER_STATE = RowPlan(
    "number_state", "s.digits", extra={"first_no": "ends.no[1]", "last_no": "coalesce(ends.no[2], ends.no[1])"},
    joins="CROSS JOIN LATERAL (SELECT regexp_match(s.digits, '^([0-9]{3,15}) *(?:[-~] *([0-9]{3,15}))?$') AS no) ends",
)

SERVING = RowPlan(
    "serving", "s.address || ' ' || s.technology", refs={"address": "address", "equipment": "equipment"}, unique=True,
    extra={"known_equipment_id": "t.equipment_id", "known_distance_m": "t.distance_m"},
    joins="LEFT JOIN serving t ON t.region_id = :region AND t.address_id = ref_address.id AND t.technology = s.technology",
)

CIRCUIT_CARRIER = RowPlan(
    "circuit_carrier", "s.circuit || ' ' || coalesce(s.path_no, 1) || '/' || s.seq",
    refs={"circuit": "circuit", "segment": "segment", "equipment": "equipment", "lower_circuit": "circuit"}, unique=True,
    extra={
        "own_path": "coalesce(s.path_no, 1)", "circuit_kind": "t.kind", "lower_count": "w.channel_count", "conductor_id": "c.id",
        "port_id": "p.id",
    },
    joins="""
LEFT JOIN circuit t ON t.region_id = :region AND t.id = ref_circuit.id
LEFT JOIN circuit w ON w.region_id = :region AND w.id = ref_lower_circuit.id
LEFT JOIN conductor c ON c.region_id = :region AND c.segment_id = ref_segment.id AND c.no = s.strand
LEFT JOIN port p ON p.region_id = :region AND p.equipment_id = ref_equipment.id AND p.no = s.port
""",
)

RING_MEMBER = RowPlan(
    "ring_member", "s.ring || '/' || s.seq", refs={"ring": "ring", "circuit": "circuit"}, unique=True,
    extra={"circuit_kind": "c.kind", "known_circuit_id": "t.circuit_id"},
    joins="""
LEFT JOIN circuit c ON c.region_id = :region AND c.id = ref_circuit.id
LEFT JOIN ring_member t ON t.region_id = :region AND t.ring_id = ref_ring.id AND t.seq = s.seq
""",
)


def _port(side: str, equipment: str, no: str) -> str:
    return f"LEFT JOIN port {side} ON {side}.region_id = :region AND {side}.equipment_id = ref_{equipment}.id AND {side}.no = s.{no}\n"


def _pair(side: str, segment: str, no: str) -> str:
    return f"LEFT JOIN conductor {side} ON {side}.region_id = :region AND {side}.segment_id = ref_{segment}.id AND {side}.no = s.{no}\n"


LINE_RECORD = RowPlan(
    "line_record", "s.number",
    refs={
        "line_equipment": "equipment", "mdf": "equipment", "feeder_segment": "segment", "cabinet": "equipment",
        "distribution_segment": "segment", "dp": "equipment",
    },
    unique=True,
    extra={
        "service_id": "h.service_id", "line_port_id": "lp.id", "mdf_port_id": "mp.id", "feeder_pair_id": "fp.id",
        "distribution_pair_id": "gp.id", "dp_port_id": "xp.id",
    },
    joins="""
LEFT JOIN number n ON n.region_id = :region AND n.digits = s.number
LEFT JOIN service_resource h ON h.region_id = :region AND h.number_id = n.id AND h.ended_on IS NULL
"""
    + _port("lp", "line_equipment", "line_port") + _port("mp", "mdf", "mdf_port") + _pair("fp", "feeder_segment", "feeder_pair")
    + _pair("gp", "distribution_segment", "distribution_pair") + _port("xp", "dp", "dp_port"),
)
