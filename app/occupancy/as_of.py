"""Occupancy of a past moment: a day's kept counts at its end, and within the day counted again from the rows as they stood.

The counting statements are those of today. Before each table that they read stands a query of the same name, which shows the rows of a
version. What is derived and has no journal of its own, the shares of lines in grids, is today's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import Base
from app.network.models.tallies import COUNTS
from app.network.queries.as_of import version_at
from app.network.queries.tallies import PLANT, TallyFamily
from app.network.statements import filled, statement
from app.occupancy.queries import GridOccupancy, make_occupancy
from app.services.queries.tallies import USE

FAMILIES = (PLANT, USE)
# Metres: what is counted, and the kind of line whose shares weigh it.
METRES = {"strand_m": ("strand", "segment"), "pair_m": ("pair", "segment"), "duct_m": ("duct", "section")}
_ONLY = re.compile(r"\{only \w+ [\w.]+\}")
_STOOD = """{name} AS NOT MATERIALIZED (
  SELECT t.* FROM public.{name} AS t JOIN public.change AS c ON c.region_id = :region_id AND c.id = t.change_id
  WHERE t.region_id = :region_id AND c.version <= :version
  UNION ALL
  SELECT r.* FROM public.journal AS j
  JOIN public.change AS s ON s.region_id = :region_id AND s.id = j.since_change_id
  JOIN public.change AS c ON c.region_id = :region_id AND c.id = j.change_id
  CROSS JOIN LATERAL jsonb_populate_record(NULL::public.{name}, j.before - 'geom') AS r
  WHERE j.region_id = :region_id AND j.tbl = '{name}' AND s.version <= :version AND c.version > :version
)"""
_SUMS = ", ".join(f"sum(s.times * s.{count})::bigint AS {count}" for count in COUNTS)
_ROLLED = f"""
SELECT s.kind, s.technology, a.at_id AS grid_id, {_SUMS}
FROM (SELECT f.kind, f.technology, f.grid_id, 1 AS times, {", ".join(f"f.{count}" for count in COUNTS)} FROM fresh AS f
      UNION ALL
      SELECT m.metre_kind, f.technology, h.grid_id, h.metres, {", ".join(f"f.{count}" for count in COUNTS)}
      FROM fresh AS f
      JOIN (VALUES ('strand', 'strand_m', 'segment'), ('pair', 'pair_m', 'segment'), ('duct', 'duct_m', 'section'))
           AS m (kind, metre_kind, owner_kind) USING (kind)
      JOIN public.grid_share AS h ON h.region_id = :region_id AND h.owner_kind = m.owner_kind AND h.owner_id = f.owner_id) AS s
LEFT JOIN grid AS g ON g.region_id = :region_id AND g.id = s.grid_id
LEFT JOIN grid AS p ON p.region_id = :region_id AND p.id = g.parent_id
CROSS JOIN LATERAL (VALUES (s.grid_id), (g.parent_id), (p.parent_id)) AS a (at_id)
WHERE s.kind = ANY(:kinds) AND a.at_id IS NOT NULL
GROUP BY 1, 2, 3
"""  # noqa: S608 - the counts are ours


def count_as_of(session: Session, region_id: int, version: int, kinds: Iterable[str]) -> dict[tuple[str, str, int], tuple[int, ...]]:
    """The counts of grids as the rows stood at a version, by (kind, technology, grid), at all three levels; 0 is outside every grid.

    A statement for each kind of owner.
    """
    found = defaultdict(lambda: (0,) * len(COUNTS))
    wanted = list(kinds)
    counted = {METRES[kind][0] if kind in METRES else kind for kind in wanted}
    for family in FAMILIES:
        for owner, owned in family.kinds.items():
            if counted & set(owned):
                given = {"region_id": region_id, "version": version, "kinds": wanted, **family.given()}
                for row in session.execute(text(_counting(family, owner)), given):
                    key = (row.kind, row.technology, row.grid_id)
                    found[key] = tuple(old + new for old, new in zip(found[key], row[3:], strict=True))
    return dict(found)


def occupancy_as_of(
    session: Session, region_id: int, at: datetime, level: int, kind: str, technology: str | None = None,
    grids: tuple[int, ...] | None = None,
) -> list[GridOccupancy]:
    """One row per grid of the level as it stood at an instant, in order of code; grids are today's."""
    counts = count_as_of(session, region_id, version_at(session, region_id, at), [kind])
    return _tell(session, region_id, level, technology, counts, grids)


def occupancy_of_day(
    session: Session, region_id: int, on_day: date, level: int, kind: str, technology: str | None = None,
    grids: tuple[int, ...] | None = None,
) -> list[GridOccupancy] | None:
    """The same at the end of a day, from the counts that were kept; None where none were kept that day."""
    sql = text(
        f"SELECT kind, technology, grid_id, {', '.join(COUNTS)} FROM grid_tally_day"  # noqa: S608 - names of ours
        " WHERE region_id = :region_id AND on_day = :on_day AND kind = ANY(:kinds)"
    )
    rows = session.execute(sql, {"region_id": region_id, "on_day": on_day, "kinds": [kind, ""]}).all()
    if not rows:
        return None
    counts = {(row.kind, row.technology, row.grid_id): tuple(row[3:]) for row in rows}
    return _tell(session, region_id, level, technology, counts, grids)


def _tell(session: Session, region_id: int, level: int, technology: str | None, counts: dict, grids) -> list[GridOccupancy]:
    sql = (
        "SELECT id, code, name_zh, name_en FROM grid WHERE region_id = :region_id AND level = :level"
        " AND (CAST(:grids AS bigint[]) IS NULL OR id = ANY(:grids)) ORDER BY code"
    )
    given = {"region_id": region_id, "level": level, "grids": None if grids is None else list(grids)}
    sums = defaultdict(lambda: (0,) * len(COUNTS))
    for (_, of, grid_id), values in counts.items():
        if technology in (None, of):
            sums[grid_id] = tuple(old + new for old, new in zip(sums[grid_id], values, strict=True))
    rows = [(*row, *sums[row.id]) for row in session.execute(text(sql), given)]
    if grids is None and any(sums[0]):
        rows.append((0, "", "", None, *sums[0]))
    return [make_occupancy(row) for row in rows]


def _counting(family: TallyFamily, owner: str) -> str:
    members = "\n  UNION ALL\n".join(_ONLY.sub("", statement(name, family.folder)) for name in family.members[owner])
    rolled = f"{filled('member_states', members=members)}\n{_ROLLED}"
    stood = [_STOOD.format(name=name) for name in _journalled() if re.search(rf"\b(?:FROM|JOIN)\s+{name}\b", rolled)]
    return f"WITH {', '.join([*stood, ''])}{rolled}"


def _journalled() -> list[str]:
    return [table.name for table in Base.metadata.sorted_tables if "journal" in table.info]
