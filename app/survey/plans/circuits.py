"""Circuits, rings, and the services that hold circuits."""
from app.survey.plans.plan import Plan

# A section, an uplink and a wavelength are lit as soon as they are there; other circuits are idle until something holds or rides them.
_USE = """
CASE WHEN r.kind IN ('section', 'uplink', 'wavelength') AND coalesce(r.life, 'in_service') = 'in_service' THEN 'in_use' ELSE 'idle' END"""
# Channels where the file tells none: 64 ends of a tree, 63 VC-12 to each STM-1.
_CHANNELS = """
CASE WHEN r.kind = 'pon_tree' THEN 64
     WHEN r.kind = 'section' THEN coalesce(63 * substring(upper(r.rate) FROM '^STM-?([0-9]{1,3})$')::int, 1) ELSE 1 END"""

CIRCUIT = Plan(
    layer="circuit", table="circuit", kind="circuit",
    columns={
        "code": "r.code", "kind": "r.kind",
        "topology": "coalesce(r.topology, CASE r.kind WHEN 'pon_tree' THEN 'tree' ELSE 'point_to_point' END)",
        "rate": "r.rate", "rate_mbit": "r.rate_mbit", "peak_mbit": "r.peak_mbit",
        "channel_count": f"coalesce(r.channel_count, {_CHANNELS})",
        "protection": "coalesce(r.protection, 'none')", "a_port_id": "r.a_port_id", "z_port_id": "r.z_port_id", "name_zh": "r.name_zh",
        "life": "coalesce(r.life, 'in_service')", "health": "coalesce(r.health, 'ok')", "use": f"coalesce(r.use, {_USE})",
    },
    refs={"a_equipment": "equipment", "z_equipment": "equipment"},
    frozen=("kind",),
    # What holds or rides a circuit makes it used; a survey that calls it idle does not undo that.
    given={
        "topology": "r.topology", "channel_count": "r.channel_count", "protection": "r.protection", "use": "nullif(r.use, 'idle')",
    },
    extra={"a_port_id": "a.id", "z_port_id": "z.id", "known_use": "t.use", "known_life": "t.life"},
    joins="""
LEFT JOIN port a ON a.region_id = :region AND a.equipment_id = ref_a_equipment.id AND a.no = s.a_port
LEFT JOIN port z ON z.region_id = :region AND z.equipment_id = ref_z_equipment.id AND z.no = s.z_port
LEFT JOIN circuit t ON t.region_id = :region AND t.id = known.id
""",
)

RING = Plan(
    layer="ring", table="ring", kind="ring",
    columns={"code": "r.code", "name_zh": "r.name_zh", "rate": "r.rate"},
)

SERVICE = Plan(
    layer="service", table="service", kind="service",
    columns={
        "code": "r.code", "customer_id": "r.customer_id", "address_id": "r.address_id", "product": "r.product", "rate_mbit": "r.rate_mbit",
        "sla": "r.sla", "state": "r.state", "started_on": "r.started_on", "ended_on": "r.ended_on", "end_reason": "r.end_reason",
    },
    refs={"customer": "customer", "address": "address", "access_equipment": "equipment", "circuit": "circuit", "gateway": "equipment"},
    extra={
        "access_port_id": "p.id", "access_role": "p.role", "number_id": "n.id", "vlan_id": "coalesce(v.id, o.id)", "known_state": "t.state",
        "known_ended_on": "t.ended_on",
    },
    joins="""
LEFT JOIN port p ON p.region_id = :region AND p.equipment_id = ref_access_equipment.id AND p.no = s.access_port
LEFT JOIN number n ON n.region_id = :region AND n.digits = s.number
LEFT JOIN vlan v ON v.region_id = :region AND v.gateway_equipment_id = ref_gateway.id AND v.s_vlan = s.s_vlan AND v.c_vlan = s.c_vlan
LEFT JOIN vlan o ON o.region_id = :region AND o.gateway_equipment_id = ref_gateway.id AND o.s_vlan = s.s_vlan
  AND o.c_vlan IS NULL AND s.c_vlan IS NULL
LEFT JOIN service t ON t.region_id = :region AND t.id = known.id
""",
    name="NULL",
)
