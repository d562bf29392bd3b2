"""Keeping the counts of a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.models.tallies import COUNTS
from app.network.queries.as_of import version_at
from app.occupancy.as_of import FAMILIES, METRES, count_as_of

_COLUMNS = f"kind, grid_id, technology, {', '.join(COUNTS)}"


def keep_day(session: Session, region_id: int, on_day: date, ends_at: datetime) -> int:
    """How many counts of grids were kept for a day, in place of those that were kept for it before.

    Parameters
    ----------
    ends_at
        The instant at which the day ends where the region lies. Where nothing has changed since, the counts are copied as they stand,
        else they are counted again from the rows as they stood then.
    """
    given = {"region_id": region_id, "on_day": on_day}
    session.execute(text("DELETE FROM grid_tally_day WHERE region_id = :region_id AND on_day = :on_day"), given)
    version = version_at(session, region_id, ends_at)
    now = session.execute(text("SELECT version FROM region_state WHERE region_id = :region_id"), given).scalar_one()
    if version == now:
        copied = (
            f"INSERT INTO grid_tally_day (region_id, on_day, {_COLUMNS}) SELECT region_id, :on_day, {_COLUMNS}"  # noqa: S608 - names of ours
            " FROM grid_tally WHERE region_id = :region_id"
        )
        return session.execute(text(copied), given).rowcount
    kinds = [*METRES, *(kind for family in FAMILIES for kind in family.all_kinds())]
    rows = [
        {**given, "kind": kind, "grid_id": grid_id, "technology": technology, **dict(zip(COUNTS, counts, strict=True))}
        for (kind, technology, grid_id), counts in count_as_of(session, region_id, version, kinds).items()
    ]
    if rows:
        values = ", ".join(f":{name}" for name in ("kind", "grid_id", "technology", *COUNTS))
        session.execute(
            text(f"INSERT INTO grid_tally_day (region_id, on_day, {_COLUMNS}) VALUES (:region_id, :on_day, {values})"), rows  # noqa: S608
        )
    return len(rows)
