"""Where a thing is: grid by grid, office, room and rack, and the place on the map that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.reports.records.statements import statement
from app.reports.records.values import Cell, Reader, pick_name

_HERE = (
    "SELECT {structure} AS structure_id, {rack} AS rack_id, {room} AS room_id, {site} AS site_id,"
    " {grid} AS grid_id, {geom} AS geom FROM {source}"
)
_MINE = "t.region_id = :region_id AND t.id = :id"


def _here(source: str, **found: str) -> str:
    nothing = {name: "NULL::bigint" for name in ("structure", "rack", "room", "site", "grid")}
    return _HERE.format(source=source, **{**nothing, "geom": "NULL::geometry", **found})


def _of_equipment(source: str, key: str) -> str:
    join = f"JOIN equipment AS e ON e.region_id = :region_id AND e.id = {key}"
    return _here(f"{source} AS t {join} WHERE {_MINE}", structure="e.structure_id", rack="e.rack_id")


def _of_section(source: str, key: str) -> str:
    join = f"JOIN section AS x ON x.region_id = :region_id AND x.id = {key}"
    return _here(f"{source} AS t {join} WHERE {_MINE}", structure="x.a_structure_id", geom="ST_LineInterpolatePoint(x.geom, 0.5)")


def _of_segment(source: str, key: str) -> str:
    join = f"JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = {key}"
    return _here(f"{source} AS t {join} WHERE {_MINE}", structure="c.a_structure_id")


def _of_building(source: str, key: str) -> str:
    join = f"JOIN building AS b ON b.region_id = :region_id AND b.id = {key}"
    return _here(f"{source} AS t {join} WHERE {_MINE}", grid="b.grid_id", geom="b.geom")


HERE = {
    "grid": _here(f"grid AS t WHERE {_MINE}", grid="t.parent_id", geom="ST_PointOnSurface(t.geom)"),
    "structure": _here(f"structure AS t WHERE {_MINE}", structure="t.id"),
    "section": _of_section("section", "t.id"),
    "duct": _of_section("duct", "t.section_id"),
    "cable": _here(
        "(SELECT min(c.id) AS id FROM cable_segment AS c WHERE c.region_id = :region_id AND c.cable_id = :id) AS f"
        " JOIN cable_segment AS t ON t.region_id = :region_id AND t.id = f.id",
        structure="t.a_structure_id",
    ),
    "segment": _of_segment("cable_segment", "t.id"),
    "conductor": _of_segment("conductor", "t.segment_id"),
    "site": _here(f"site AS t WHERE {_MINE}", site="t.id"),
    "room": _here(f"room AS t WHERE {_MINE}", room="t.id"),
    "rack": _here(f"rack AS t WHERE {_MINE}", rack="t.id"),
    "equipment": _of_equipment("equipment", "t.id"),
    "card": _of_equipment("card", "t.equipment_id"),
    "port": _of_equipment("port", "t.equipment_id"),
    "joint": _of_equipment("joint", "t.equipment_id"),
    "switch_office": _of_equipment("switch_office", "t.equipment_id"),
    "vlan": _of_equipment("vlan", "t.gateway_equipment_id"),
    "circuit": _of_equipment(
        "circuit", "(SELECT p.equipment_id FROM port AS p WHERE p.region_id = :region_id AND p.id = coalesce(t.a_port_id, t.z_port_id))"
    ),
    "building": _of_building("building", "t.id"),
    "address": _of_building("address", "t.building_id"),
    "service": _of_building("service", "(SELECT a.building_id FROM address AS a WHERE a.region_id = :region_id AND a.id = t.address_id)"),
    "unmet_request": _here(f"unmet_request AS t WHERE {_MINE}", grid="t.grid_id", geom="t.geom"),
}
# What the map tells of itself, and for the others the column that names what it tells instead.
ON_MAP = {"grid", "structure", "section", "segment", "cable", "equipment", "rack", "site", "building", "unmet_request"}
SHOWN_BY = {
    "duct": ("section", "section_id"),
    "conductor": ("segment", "segment_id"),
    "card": ("equipment", "equipment_id"),
    "port": ("equipment", "equipment_id"),
    "joint": ("equipment", "equipment_id"),
    "switch_office": ("equipment", "equipment_id"),
    "room": ("site", "site_id"),
    "address": ("building", "building_id"),
    "vlan": ("equipment", "gateway_equipment_id"),
}


@dataclass(frozen=True)
class Place:
    """``grids`` from the county down, ``inside`` from the site down to the rack; ``at`` is (lon, lat) in EPSG:4490, or None."""

    grids: list[Cell]
    inside: list[Cell]
    at: tuple[float, float] | None


def find_place(session: Session, region_id: int, kind: str, key: int, reader: Reader) -> Place | None:
    """Where the thing is; None for kinds that are nowhere, such as a number. One statement."""
    if kind not in HERE:
        return None
    row = session.execute(statement("place", here=HERE[kind]), {"region_id": region_id, "id": key}).mappings().one_or_none()
    if row is None:
        return None
    grids = [_grid(row, level, reader) for level in ("county", "town", "community") if row[f"{level}_id"] is not None]
    inside = (
        [Cell(row["structure_code"], "structure", row["structure_id"])] if row["structure_id"] is not None and kind != "structure" else []
    )
    inside += [
        Cell(_code(row, name, reader), name, row[f"{name}_id"])
        for name in ("site", "room", "rack")
        if row[f"{name}_id"] is not None and name != kind
    ]
    at = None if row["lon"] is None else (round(row["lon"], 6), round(row["lat"], 6))
    return Place(grids, inside, at)


def map_target(kind: str, key: int, head: dict) -> tuple[str, int] | None:
    """The thing that the map can show for this one: itself, or what it is a part of."""
    if kind in ON_MAP:
        return kind, key
    shown, column = SHOWN_BY.get(kind, (None, None))
    return (shown, head[column]) if shown and head.get(column) is not None else None


def _grid(row, level: str, reader: Reader) -> Cell:
    names = {f"name_{language}": row[f"{level}_name_{language}"] for language in ("zh", "en")}
    return Cell(pick_name(names, reader) or row[f"{level}_code"], "grid", row[f"{level}_id"])


def _code(row, name: str, reader: Reader) -> str:
    if name != "site":
        return row[f"{name}_code"]
    return pick_name({"name_zh": row["site_name_zh"], "name_en": row["site_name_en"]}, reader) or row["site_code"]
