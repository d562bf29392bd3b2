"""When each cabinet, cable, rack, office and block runs out: the growth of its grid, shared by what each has in use."""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.queries.codes import full_codes
from app.network.queries.tallies import PLANT
from app.planning.exhaustion import Running, shift_day
from app.planning.growth import Growth, forecast_exhaustion
from app.services.queries.tallies import USE


@dataclass(frozen=True)
class OwnerRunning:
    """When one owner runs out; ``per_month`` is its part of the growth of its grid."""

    kind: str
    id: int
    code: str
    grid_code: str
    resource: str
    technology: str
    installed: int
    used: int
    per_month: float
    state: str
    due_on: date | None


def list_owners(
    session: Session, region_id: int, rows: Sequence[Running], threshold_ratio: float = 1.0, most: int = 500
) -> list[OwnerRunning]:
    """Owners of the resources of some grids, what runs out soonest first; a statement, and one for each kind of owner.

    Parameters
    ----------
    rows
        From `list_exhaustion` for grids of one level, with growth.
    """
    if not rows:
        return []
    pace = {(row.grid_code, row.resource, row.technology): row.growth.per_month for row in rows if row.growth}
    sql = """
        WITH RECURSIVE inside AS (
          SELECT id, code AS top FROM grid WHERE region_id = :region_id AND code = ANY(:codes)
          UNION ALL
          SELECT g.id, i.top FROM inside i JOIN grid g ON g.region_id = :region_id AND g.parent_id = i.id
        )
        SELECT i.top, t.kind, t.technology, t.owner_id, t.installed - t.unusable AS installed, t.in_use + t.reserved + t.releasing AS used,
               t.in_use
        FROM inside i JOIN tally t ON t.region_id = :region_id AND t.grid_id = i.id AND t.kind = ANY(:kinds)
        WHERE t.installed - t.unusable > 0"""
    given = {"region_id": region_id, "codes": sorted({key[0] for key in pace}), "kinds": sorted({key[1] for key in pace})}
    found = [row for row in session.execute(text(sql), given) if (row.top, row.kind, row.technology) in pace]
    whole: dict[tuple, int] = defaultdict(int)
    for row in found:
        whole[row.top, row.kind, row.technology] += row.in_use
    told = []
    for row in found:
        key = (row.top, row.kind, row.technology)
        own = pace[key] * row.in_use / whole[key] if whole[key] else 0.0
        due = forecast_exhaustion(row.installed, row.used, _steady(own), threshold_ratio)
        told.append((row, own, due.state, shift_day(rows[0].ends_on, due.months)))
    told.sort(key=lambda one: (one[3] or date.max, one[0].kind, one[0].owner_id))
    kept = told[:most]
    owners = {row.kind: PLANT.owner_of(row.kind) or USE.owner_of(row.kind) for row, *_ in kept}
    codes = full_codes(session, region_id, [(owners[row.kind], row.owner_id) for row, *_ in kept])
    return [
        OwnerRunning(
            owners[row.kind], row.owner_id, codes.get((owners[row.kind], row.owner_id), ""), row.top, row.kind, row.technology,
            row.installed, row.used, own, state, day,
        )
        for row, own, state, day in kept
    ]  # fmt: skip


def _steady(pace: float) -> Growth:
    return Growth(pace, pace, pace, (0.0,) * 12)
