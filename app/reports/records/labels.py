"""What things are called: code and name of things of many kinds, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

SEGMENT = (
    "JOIN cable_segment AS s ON s.region_id = :region_id AND s.id = {of} JOIN cable AS k ON k.region_id = :region_id AND k.id = s.cable_id"
)
EQUIPMENT = "JOIN equipment AS e ON e.region_id = :region_id AND e.id = {of}"
ROOM = "JOIN room AS o ON o.region_id = :region_id AND o.id = {of}"
SITE = "JOIN site AS i ON i.region_id = :region_id AND i.id = {of}"
SECTION = (
    "JOIN section AS x ON x.region_id = :region_id AND x.id = t.section_id"
    " LEFT JOIN duct AS p ON p.region_id = :region_id AND p.id = t.parent_id"
)
DUCT = "x.code || '/K' || CASE WHEN length(coalesce(p.no, t.no)) < 2 THEN '0' ELSE '' END || coalesce(p.no || '-' || t.no, t.no)"
BUILDING = "JOIN building AS b ON b.region_id = :region_id AND b.id = t.building_id"
BOTH, CHINESE, NONE = ("t.name_zh", "t.name_en"), ("t.name_zh", "NULL"), ("NULL", "NULL")

# Kind: table, code, names in Chinese and English, joins. The names of customers are personal and no labels.
KINDS = {
    "grid": ("grid", "t.code", BOTH, ""),
    "maintenance_unit": ("maintenance_unit", "t.code", BOTH, ""),
    "project": ("project", "t.code", CHINESE, ""),
    "structure": ("structure", "t.code", BOTH, ""),
    "section": ("section", "t.code", BOTH, ""),
    "duct": ("duct", DUCT, NONE, SECTION),
    "cable": ("cable", "t.code", BOTH, ""),
    "segment": ("cable_segment", "k.code || '/' || t.code", NONE, "JOIN cable AS k ON k.region_id = :region_id AND k.id = t.cable_id"),
    "conductor": ("conductor", "k.code || '/' || s.code || ':' || t.no", NONE, SEGMENT.format(of="t.segment_id")),
    "site": ("site", "t.code", BOTH, ""),
    "room": ("room", "i.code || '/' || t.code", CHINESE, SITE.format(of="t.site_id")),
    "rack": ("rack", "i.code || '/' || o.code || '/' || t.code", NONE, f"{ROOM.format(of='t.room_id')} {SITE.format(of='o.site_id')}"),
    "equipment": ("equipment", "t.code", BOTH, ""),
    "card": ("card", "e.code || '/' || t.slot_no", NONE, EQUIPMENT.format(of="t.equipment_id")),
    "port": ("port", "e.code || '/' || t.no", NONE, EQUIPMENT.format(of="t.equipment_id")),
    "joint": ("joint", "'#' || t.id", NONE, ""),
    "switch_office": ("switch_office", "t.code", CHINESE, ""),
    "trunk_group": ("trunk_group", "t.code", CHINESE, ""),
    "number_block": ("number_block", "t.code", NONE, ""),
    "number": ("number", "t.digits", NONE, ""),
    "vlan": ("vlan", "e.code || ':' || concat_ws('.', t.s_vlan, t.c_vlan)", NONE, EQUIPMENT.format(of="t.gateway_equipment_id")),
    "ip_prefix": ("ip_prefix", "t.prefix::text", NONE, ""),
    "circuit": ("circuit", "t.code", CHINESE, ""),
    "ring": ("ring", "t.code", CHINESE, ""),
    "customer": ("customer", "t.code", NONE, ""),
    "building": ("building", "t.code", CHINESE, ""),
    "address": ("address", "b.code || '/' || t.code", CHINESE, BUILDING),
    "service": ("service", "t.code", NONE, ""),
    "unmet_request": ("unmet_request", "t.code", NONE, ""),
}


def name_things(session: Session, region_id: int, things: Iterable[tuple[str, int]]) -> dict[tuple[str, int], dict]:
    """Code and names of each thing by (kind, id): ``code``, ``name_zh``, ``name_en``; a thing that is gone has none. One statement."""
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, key in things:
        ids[kind].add(key)
    if not ids:
        return {}
    parts = [_part(kind) for kind in ids]
    rows = session.execute(text(" UNION ALL ".join(parts)), {"region_id": region_id, **{kind: list(keys) for kind, keys in ids.items()}})
    return {(kind, key): {"code": code, "name_zh": zh, "name_en": en} for kind, key, code, zh, en in rows}


def _part(kind: str) -> str:
    table, code, (zh, en), joins = KINDS[kind]
    return (
        f"SELECT '{kind}', t.id, {code}, CAST({zh} AS text), CAST({en} AS text)"  # noqa: S608 - names of ours
        f" FROM {table} AS t {joins} WHERE t.region_id = :region_id AND t.id = ANY(:{kind})"
    )
