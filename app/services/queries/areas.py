"""What lies in some grids: the one predicate of areas, written from ``areas.csv``, for every statement that keeps to them.

A thing lies in a grid where its own row names it (``in``), where a line has a share of it (``share``), where what it stands in or is
a part of lies there (``up``), or where anything that belongs to it does (``down``). A kind that the file does not know lies nowhere.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.access.areas import Area
from app.core.errors import NotFoundError
from app.core.prepared import ask

FILE = Path(__file__).parents[1] / "areas.csv"
# The grids of some codes with all below them; there are three levels.
_GRIDS = """
SELECT g.id FROM grid AS g
LEFT JOIN grid AS p ON p.region_id = :region_id AND p.id = g.parent_id
LEFT JOIN grid AS c ON c.region_id = :region_id AND c.id = p.parent_id
WHERE g.region_id = :region_id AND (g.code = ANY(:codes) OR p.code = ANY(:codes) OR c.code = ANY(:codes))
"""
_COMMUNITY = """
SELECT g.id FROM grid AS g
WHERE g.region_id = :region_id AND g.level = 3
  AND ST_Covers(g.geom, ST_SetSRID(ST_MakePoint(CAST(:lon AS double precision), CAST(:lat AS double precision)), 4490))
ORDER BY g.code LIMIT 1
"""
_REGION = "SELECT id FROM region WHERE code = :code"
_REGIONS: WeakKeyDictionary[Engine, dict[str, int]] = WeakKeyDictionary()
GRIDS_RAW = _GRIDS.replace(":region_id", "%(region_id)s").replace(":codes", "%(codes)s")


@cache
def _ways() -> dict[str, list[dict]]:
    found = defaultdict(list)
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["kind"]].append(row)
    return dict(found)


@cache
def inside(kind: str, alias: str = "t") -> str:
    """The SQL condition that a row of the kind lies in ``:grids`` of ``:region_id``; false for kinds that lie nowhere."""
    return " OR ".join(_way(row, alias, 0) for row in _ways().get(kind, [])) or "false"


def lying_kinds() -> dict[str, str]:
    """The kinds of things that lie somewhere, each with its table."""
    return {kind: ways[0]["table"] for kind, ways in _ways().items()}


def find_region(session: Session, code: str, area: Area) -> tuple[int, tuple[int, ...] | None]:
    """The key of the region of that code, and the grids of it that the area holds as ``find_grids`` tells them.

    Raises
    ------
    NotFoundError
        ``REGION_UNKNOWN`` where there is none, or the area holds nothing of it.
    """
    region_id = _find_region_id(session, code)
    if region_id is None or not area.touches_region(region_id):
        raise NotFoundError("REGION_UNKNOWN", "There is no such region.", subject=code)
    return region_id, find_grids(session, region_id, area)


def _find_region_id(session: Session, code: str) -> int | None:
    # A region keeps its key, so that each server is asked for it once.
    known = _REGIONS.setdefault(session.get_bind().engine, {})
    if code not in known:
        found = ask(session, _REGION, {"code": code}).scalar()
        if found is None:
            return None
        known[code] = found
    return known[code]


def find_grids(session: Session, region_id: int, area: Area) -> tuple[int, ...] | None:
    """The grids of the region that the area holds, None where it holds all of it, grids or none. One statement, none everywhere.

    Raises
    ------
    NotFoundError
        ``REGION_UNKNOWN`` where the area holds nothing of the region.
    """
    check_region(region_id, area)
    return _common(
        tuple(ask(session, _GRIDS, {"region_id": region_id, "codes": codes}).scalars()) for codes in area.grid_codes(region_id)
    )


def find_grids_bare(cursor, region_id: int, area: Area) -> tuple[int, ...] | None:
    """The same through a bare cursor."""
    check_region(region_id, area)
    sets = []
    for codes in area.grid_codes(region_id):
        cursor.execute(GRIDS_RAW, {"region_id": region_id, "codes": codes})
        sets.append(tuple(row[0] for row in cursor.fetchall()))
    return _common(sets)


def check_region(region_id: int, area: Area) -> None:
    """Refuse a region of which the area holds nothing.

    Raises
    ------
    NotFoundError
        ``REGION_UNKNOWN``, as if it were not there.
    """
    if not area.touches_region(region_id):
        raise NotFoundError("REGION_UNKNOWN", "There is no such region.", subject=str(region_id))


def keep_inside(
    session: Session, region_id: int, grids: tuple[int, ...] | None, things: Iterable[tuple[str, int]]
) -> set[tuple[str, int]]:
    """Those of the things (kind, id) that lie in the grids; all of them where ``grids`` is None. One statement."""
    wanted = set(things)
    if grids is None or not wanted:
        return wanted
    keys = defaultdict(list)
    for kind, key in sorted(wanted):
        if kind in _ways():
            keys[kind].append(key)
    if not keys:
        return set()
    parts = [
        f"SELECT '{kind}' AS kind, t.id FROM {_ways()[kind][0]['table']} AS t"  # noqa: S608 - names of our own file
        f" WHERE t.region_id = :region_id AND t.id = ANY(:{kind}) AND ({inside(kind)})"
        for kind in keys
    ]
    rows = session.execute(text(" UNION ALL ".join(parts)), {"region_id": region_id, "grids": list(grids), **keys})
    return {(row.kind, row.id) for row in rows}


def find_community(session: Session, region_id: int, lon: float, lat: float, grids: tuple[int, ...] | None) -> int | None:
    """The community in which a point, EPSG:4490, lies; None where it lies in none.

    Raises
    ------
    NotFoundError
        ``PLACE_ELSEWHERE`` where it lies outside the caller's grids.
    """
    grid_id = ask(session, _COMMUNITY, {"region_id": region_id, "lon": lon, "lat": lat}).scalar()
    if grids is not None and grid_id not in grids:
        raise NotFoundError("PLACE_ELSEWHERE", "This place is not in your area.", subject=f"{lon} {lat}")
    return grid_id


def is_thing_inside(session: Session, region_code: str, thing: tuple[str, int], area: Area) -> bool:
    """Whether a thing (kind, id) of the region lies in the area."""
    region_id = _find_region_id(session, region_code)
    if region_id is None or not area.touches_region(region_id):
        return False
    return thing in keep_inside(session, region_id, find_grids(session, region_id, area), [thing])


def _common(sets: Iterable[tuple[int, ...]]) -> tuple[int, ...] | None:
    found = None
    for grids in sets:
        found = set(grids) if found is None else found & set(grids)
    return None if found is None else tuple(sorted(found))


def _way(row: dict, alias: str, depth: int) -> str:
    column, there = f"{alias}.{row['column']}", f"w{depth}"
    if row["way"] == "in":
        return f"{column} = ANY(:grids)"
    if row["way"] == "share":
        return (
            f"EXISTS (SELECT 1 FROM grid_share AS {there} WHERE {there}.region_id = :region_id AND {there}.owner_kind = '{row['to']}'"  # noqa: S608
            f" AND {there}.owner_id = {column} AND {there}.share > 0 AND {there}.grid_id = ANY(:grids))"
        )
    ways = _ways()[row["to"]]
    met = f"{there}.id = {column}" if row["way"] == "up" else f"{there}.{row['column']} = {alias}.id"
    only = f" AND {there}.{row['only']}" if row["only"] else ""
    further = " OR ".join(_way(way, there, depth + 1) for way in ways)
    return f"EXISTS (SELECT 1 FROM {ways[0]['table']} AS {there} WHERE {there}.region_id = :region_id AND {met}{only} AND ({further}))"  # noqa: S608
