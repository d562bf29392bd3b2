"""Occupancy read from the tallies: a few hundred rows however large the plant. Ratios are sums over sums (C19)."""
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.occupancy.rules import count_ratios

_SUMS = ", ".join(
    f"coalesce(sum(t.{count}), 0)::bigint AS {count}" for count in ("installed", "in_use", "reserved", "releasing", "unusable", "planned")
)


@dataclass(frozen=True)
class GridOccupancy:
    """Counts and ratios of one resource in one grid. Grid 0 is the ground outside every grid. Ratios are 0..1, None without capacity."""

    grid_id: int
    code: str
    name_zh: str
    name_en: str | None
    installed: int
    in_use: int
    reserved: int
    releasing: int
    unusable: int
    planned: int
    fill_ratio: float | None
    occupancy_ratio: float | None
    effective_ratio: float | None

    @property
    def idle(self) -> int:
        """What can be given out now."""
        return self.installed - self.in_use - self.reserved - self.releasing - self.unusable


@dataclass(frozen=True)
class ResourceCount:
    """Counts and ratios of one resource and technology."""

    kind: str
    technology: str
    installed: int
    in_use: int
    reserved: int
    releasing: int
    unusable: int
    planned: int
    fill_ratio: float | None
    occupancy_ratio: float | None
    effective_ratio: float | None

    @property
    def idle(self) -> int:
        """What can be given out now."""
        return self.installed - self.in_use - self.reserved - self.releasing - self.unusable


def grid_occupancy(
    session: Session, region_id: int, level: int, kind: str, technology: str | None = None, with_outside: bool = False,
    grids: tuple[int, ...] | None = None,
) -> list[GridOccupancy]:
    """One row per grid of the level, in order of code.

    Parameters
    ----------
    level
        1 county, 2 town, 3 community.
    kind
        A tally kind: port, strand, duct ...
    technology
        Only this one; None sums all.
    with_outside
        Add the ground outside every grid, where it holds anything.
    grids
        Only these; None is all of them.
    """
    sql = f"""
        SELECT g.id, g.code, g.name_zh, g.name_en, {_SUMS}
        FROM grid g LEFT JOIN grid_tally t
          ON t.region_id = :region_id AND t.kind = :kind AND t.grid_id = g.id
         AND (CAST(:technology AS text) IS NULL OR t.technology = :technology)
        WHERE g.region_id = :region_id AND g.level = :level AND (CAST(:grids AS bigint[]) IS NULL OR g.id = ANY(:grids))
        GROUP BY g.id, g.code, g.name_zh, g.name_en
        UNION ALL
        SELECT 0, '', '', NULL, {_SUMS}
        FROM grid_tally t
        WHERE :outside AND t.region_id = :region_id AND t.kind = :kind AND t.grid_id = 0
          AND (CAST(:technology AS text) IS NULL OR t.technology = :technology)
        HAVING coalesce(sum(t.installed + t.planned), 0) > 0
        ORDER BY 2"""  # noqa: S608 - the sums are ours
    given = {"region_id": region_id, "level": level, "kind": kind, "technology": technology}
    given |= {"outside": with_outside and grids is None, "grids": None if grids is None else list(grids)}
    rows = [make_occupancy(row) for row in session.execute(text(sql), given)]
    return [row for row in rows if row.grid_id] + [row for row in rows if not row.grid_id]


def make_occupancy(row) -> GridOccupancy:
    """Counts with their ratios: grid, code, names, then the counts in order."""
    return GridOccupancy(*row, *_ratios(row[4:]))


def resource_summary(session: Session, region_id: int, grid_code: str | None = None) -> list[ResourceCount]:
    """One row per resource and technology in one grid, or in the whole region with what lies outside every grid.

    Raises
    ------
    NotFoundError
        ``GRID_UNKNOWN``.
    """
    if grid_code is not None and not _has_grid(session, region_id, grid_code):
        raise NotFoundError(
            "GRID_UNKNOWN", f"there is no grid {grid_code}", found=grid_code,
            next_step="list the grids with: flask occupancy --level town --resource ports",
        )
    sql = f"""
        SELECT t.kind, t.technology, {_SUMS}
        FROM grid_tally t LEFT JOIN grid g ON g.region_id = :region_id AND g.id = t.grid_id
        WHERE t.region_id = :region_id AND CASE WHEN CAST(:code AS text) IS NULL THEN t.grid_id = 0 OR g.level = 1 ELSE g.code = :code END
        GROUP BY 1, 2 HAVING sum(t.installed + t.planned) > 0 ORDER BY 1, 2"""  # noqa: S608 - the sums are ours
    rows = session.execute(text(sql), {"region_id": region_id, "code": grid_code})
    return [ResourceCount(*row, *_ratios(row[2:])) for row in rows]


def sum_technologies(rows: list[ResourceCount]) -> list[ResourceCount]:
    """The rows summed over technologies, one per resource."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for row in rows:
        counts = (row.installed, row.in_use, row.reserved, row.releasing, row.unusable, row.planned)
        sums[row.kind] = [a + b for a, b in zip(sums[row.kind], counts, strict=True)]
    return [ResourceCount(kind, "", *counts, *_ratios(counts)) for kind, counts in sums.items()]


def data_date(session: Session, region_id: int) -> datetime | None:
    """When the region's plant changed last, UTC; None where nothing was ever written."""
    sql = "SELECT at FROM change WHERE region_id = :region_id AND version IS NOT NULL ORDER BY version DESC LIMIT 1"
    return session.execute(text(sql), {"region_id": region_id}).scalar()


def _has_grid(session: Session, region_id: int, code: str) -> bool:
    sql = "SELECT EXISTS (SELECT FROM grid WHERE region_id = :region_id AND code = :code)"
    return session.execute(text(sql), {"region_id": region_id, "code": code}).scalar_one()


def _ratios(counts) -> tuple[float | None, float | None, float | None]:
    found = count_ratios(counts[0], counts[1], counts[2], counts[4])
    return found.fill, found.occupancy, found.effective
