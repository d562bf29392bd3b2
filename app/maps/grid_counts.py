"""Counts by grid until app.occupancy.queries is there; same name, same answer."""

from dataclasses import dataclass

from sqlalchemy import text


@dataclass(frozen=True)
class GridOccupancy:
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


def grid_occupancy(session, region_id, level, kind, technology=None):
    rows = session.execute(text("""
        SELECT g.id, g.code, g.name_zh, g.name_en, coalesce(sum(t.installed),0)::bigint, coalesce(sum(t.in_use),0)::bigint,
               coalesce(sum(t.reserved),0)::bigint, coalesce(sum(t.releasing),0)::bigint, coalesce(sum(t.unusable),0)::bigint, coalesce(sum(t.planned),0)::bigint
        FROM grid g LEFT JOIN grid_tally t ON t.region_id = :r AND t.grid_id = g.id AND t.kind = :k AND (:t IS NULL OR t.technology = :t)
        WHERE g.region_id = :r AND g.level = :l GROUP BY g.region_id, g.id ORDER BY g.code"""), {"r": region_id, "l": level, "k": kind, "t": technology})
    out = []
    for r in rows:
        n, u, v, f = r[4], r[5], r[6], r[8]
        out.append(GridOccupancy(*r, *((u / n, (u + v) / n, (u + v) / (n - f) if n > f else None) if n else (None,) * 3)))
    return out
