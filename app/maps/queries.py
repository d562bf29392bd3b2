"""What the map asks the database for beside tiles: the region, where names stand, a search. Never writes."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.areas import EVERYWHERE, Area
from app.core.errors import InputError, NotFoundError
from app.services.queries.areas import find_grids, inside, keep_inside

HERE = Path(__file__).parent / "sql"
SEARCH_LENGTH_MAX = 80
SEARCH_HITS_MAX = 20
DEEPER = (400, 5000)
NAME_LENGTH_MIN = 2
# A telephone number as people write it.
NUMBER = re.compile(r"\+?[\d\s()-]{5,24}")
# The index of trigrams knows three letters or digits in a row, one where a part of a code begins, and two where it ends.
INDEXED = re.compile(r"[^\W_]{3}|[\W_][^\W_]|[^\W_]{2}[\W_]")


@functools.cache
def statement(name: str, **parts: str):
    """The statement of app/maps/sql/<name>.sql; parts in braces are SQL of ours, never a value."""
    written = (HERE / f"{name}.sql").read_text(encoding="utf-8")
    for part, sql in parts.items():
        written = written.replace("{" + part + "}", sql)
    return text(written)


@dataclass(frozen=True)
class RegionView:
    """A region as the map opens it; the box is (west, south, east, north) in EPSG:4490, or None without grids.

    ``grids`` are those that the caller may see, with the box around them; None where they may see all of it.
    """

    id: int
    code: str
    name_zh: str
    name_en: str | None
    version: int
    changed_at: datetime | None
    box: tuple[float, float, float, float] | None
    grids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Hit:
    """One thing that a search found."""

    kind: str
    id: int
    code: str
    name: str | None


def get_region(session: Session, code: str, area: Area = EVERYWHERE) -> RegionView:
    """The region of that code with its data version, as far as the area goes.

    Raises
    ------
    NotFoundError
        ``REGION_UNKNOWN``.
    """
    row = session.execute(statement("region"), {"code": code}).one_or_none()
    if row is None or not area.touches_region(row.id):
        raise NotFoundError("REGION_UNKNOWN", "There is no such region.", subject=code)
    grids = find_grids(session, row.id, area)
    edges = row if grids is None else session.execute(statement("grids_box"), {"region_id": row.id, "grids": list(grids)}).one()
    box = None if edges.west is None else (edges.west, edges.south, edges.east, edges.north)
    return RegionView(row.id, row.code, row.name_zh, row.name_en, row.version, row.changed_at, box, grids)


def list_grid_places(session: Session, region_id: int, level: int) -> dict[int, dict]:
    """Where the name of each grid of a level stands, and its box, by grid id; degrees, EPSG:4490, lon before lat."""
    rows = session.execute(statement("grid_places"), {"region_id": region_id, "level": level})
    return {
        row.id: {
            "at": [round(row.lon, 6), round(row.lat, 6)],
            "box": [round(edge, 5) for edge in (row.west, row.south, row.east, row.north)],
        }
        for row in rows
    }


def search_codes(
    session: Session, region_id: int, words: str, language: str = "zh", limit: int = SEARCH_HITS_MAX, grids: tuple[int, ...] | None = None
) -> list[Hit]:
    """Things whose code or name holds the words, the plainest first: codes that begin with them, that end with them, names, other codes.

    Words in which the index of trigrams finds nothing to hold on to, such as two letters, are looked for where codes and names begin and
    names end, and anywhere in the names of grids: to look for them everywhere would read every code.

    Parameters
    ----------
    grids
        Only things in these grids; None is the whole region.

    Raises
    ------
    InputError
        ``SEARCH_EMPTY`` or ``SEARCH_LONG``.
    """
    plain = unicodedata.normalize("NFKC", words).strip()
    if not plain:
        raise InputError("SEARCH_EMPTY", "There is nothing to search for.", next_step="Type a code or a name.")
    if len(plain) > SEARCH_LENGTH_MAX or "\x00" in plain:
        raise InputError("SEARCH_LONG", "The search is too long.", expected=f"at most {SEARCH_LENGTH_MAX} characters")
    if not any(sign.isalnum() for sign in plain):
        return []
    if NUMBER.fullmatch(plain):
        plain = re.sub(r"[^\d]", "", plain)
    is_short = INDEXED.search(plain) is None
    key = plain.upper()
    part = escape_pattern(key)
    values = {
        "region_id": region_id, "text": plain, "code_key": key, "limit": limit, "looks_inside": not is_short,
        "in_english": language == "en", "begins": f"{part}%", "ends": f"%{part}", "part": f"%{part}%",
        "name_begins": f"{part}%" if is_short else f"%{part}%",
    }  # fmt: skip
    # Where the caller sees a part only, more is read and what lies elsewhere is left out before anybody counts it.
    for deep in (limit,) if grids is None else DEEPER:
        found = session.execute(statement("search"), {**values, "limit": deep}).all()
        kept = keep_inside(session, region_id, grids, [(row.kind, row.id) for row in found])
        hits = [Hit(row.kind, row.id, row.code, row.name) for row in found if (row.kind, row.id) in kept]
        if len(hits) >= limit or len(found) < deep:
            break
    return hits[:limit]


def _of(grids: tuple[int, ...] | None) -> dict:
    return {} if grids is None else {"grids": list(grids)}


def search_customers(
    session: Session, region_id: int, words: str, limit: int = SEARCH_HITS_MAX, grids: tuple[int, ...] | None = None
) -> list[Hit]:
    """Customers whose name holds the words, the shortest names first; only for people who may see names. Two letters at least."""
    plain = unicodedata.normalize("NFKC", words).strip()
    if len(plain) < NAME_LENGTH_MIN or not any(sign.isalpha() for sign in plain) or "\x00" in plain:
        return []
    # The index of trigrams knows where a name begins by two letters already, but what is inside by three alone.
    part = escape_pattern(plain)
    given = {"region_id": region_id, "name_part": f"%{part}%" if INDEXED.search(plain) else f"{part}%", "limit": limit, **_of(grids)}
    there = "" if grids is None else f"({inside('customer', 'c')}) AND"
    return [Hit("customer", row.id, row.code, row.name) for row in session.execute(statement("search_customers", inside=there), given)]


def escape_pattern(plain: str) -> str:
    """The text with LIKE's own signs made plain."""
    return plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def list_technologies(session: Session, region_id: int, kind: str, grids: tuple[int, ...] | None = None) -> list[str]:
    """The technologies under which a resource is counted in the counties, or in some grids."""
    there = "g.level = 1" if grids is None else "g.id = ANY(:grids)"
    asked = text(
        "SELECT DISTINCT t.technology FROM grid AS g"  # noqa: S608 - the condition is ours
        " JOIN grid_tally AS t ON t.region_id = :region_id AND t.grid_id = g.id AND t.kind = :kind"
        f" WHERE g.region_id = :region_id AND {there} ORDER BY t.technology"
    )
    return list(session.scalars(asked, {"region_id": region_id, "kind": kind, **_of(grids)}))
