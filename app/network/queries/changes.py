"""The journal by change: who, when, through which door, and what stood before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import KEY_MAX

PAGE_MAX = 200
# So many rows of a change are looked at when it is asked where it lies.
SAMPLE = 300
_CHANGES = """
SELECT c.version, c.id, c.at, c.actor, c.source, c.batch_id, c.order_id,
       (SELECT count(*) FROM (SELECT 1 FROM journal AS j WHERE j.region_id = :region_id AND j.change_id = c.id LIMIT 1000) AS x)
           AS row_count
FROM change AS c
WHERE c.region_id = :region_id AND c.version < :before
  AND (CAST(:actor AS text) IS NULL OR c.actor = :actor)
  AND (CAST(:since AS timestamptz) IS NULL OR c.at >= :since)
  AND (CAST(:until AS timestamptz) IS NULL OR c.at < :until)
ORDER BY c.version DESC
LIMIT :limit
"""
_ENTRIES = """
SELECT j.id, j.tbl, j.row_id, j.op::text AS op, j.before
FROM journal AS j
WHERE j.region_id = :region_id AND j.change_id = :change_id AND j.id > :after
ORDER BY j.id
LIMIT :limit
"""
_SAMPLE = """
SELECT c.id AS change_id, x.tbl, x.row_id
FROM unnest(CAST(:changes AS bigint[])) AS c (id)
CROSS JOIN LATERAL (
    SELECT j.tbl, j.row_id FROM journal AS j WHERE j.region_id = :region_id AND j.change_id = c.id ORDER BY j.id LIMIT :sample
) AS x
"""
# The tables whose rows are things of another name, or parts of one; what is filed under its owner's key is its owner's.
KINDS = {
    "cable_segment": "segment", "cable_run": "segment", "segment_line": "segment", "rack_unit": "rack", "joint_end": "joint",
    "circuit_carrier": "circuit", "grid_maintenance_unit": "grid", "power_rating": "equipment", "power_reading": "equipment",
}  # fmt: skip
Keep = Callable[[set[tuple[str, int]]], set[tuple[str, int]]]


@dataclass(frozen=True)
class Wish:
    """Which changes are asked for, newest first: those below the version ``before``."""

    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int = KEY_MAX
    limit: int = 50


def kind_of(table: str) -> str:
    """The kind of thing that a journal row of the table tells of."""
    return KINDS.get(table, table)


def list_changes(session: Session, region_id: int, wish: Wish, keep: Keep | None = None) -> tuple[list[dict], int | None]:
    """Changes, newest first, and the version below which the next page begins, None on the last.

    Parameters
    ----------
    keep
        Which of some things (kind, id) may be seen; a change of which nothing may is left out. None is all. ``row_count`` stops at 1000.
    """
    given = {"region_id": region_id, "actor": wish.actor, "since": wish.since, "until": wish.until}
    found = session.execute(text(_CHANGES), {**given, "before": wish.before, "limit": wish.limit + 1}).mappings().all()
    page = [dict(row) for row in found[: wish.limit]]
    following = page[-1]["version"] if len(found) > wish.limit else None
    if keep is not None and page:
        seen = _seen(session, region_id, [row["id"] for row in page], keep)
        page = [{**row, "row_count": seen[row["id"]]} for row in page if seen[row["id"]]]
    return page, following


def list_entries(session: Session, region_id: int, version: int, after: int = 0, limit: int = 100, keep: Keep | None = None) -> dict | None:
    """One change with a page of its journal rows, each with ``kind``; ``next`` is the key after which the next page begins.

    None where there is no such change, or nothing of it may be seen.
    """
    change = session.execute(
        text("SELECT version, id, at, actor, source, batch_id, order_id FROM change WHERE region_id = :region_id AND version = :version"),
        {"region_id": region_id, "version": version},
    ).mappings().one_or_none()  # fmt: skip
    if change is None:
        return None
    given = {"region_id": region_id, "change_id": change["id"], "after": after, "limit": limit + 1}
    found = session.execute(text(_ENTRIES), given).mappings().all()
    rows = [{**row, "kind": kind_of(row["tbl"])} for row in found[:limit]]
    following = rows[-1]["id"] if len(found) > limit else None
    if keep is not None:
        kept = keep({(row["kind"], row["row_id"]) for row in rows})
        rows = [row for row in rows if (row["kind"], row["row_id"]) in kept]
        if not rows and following is None:
            return None
    return {**change, "entries": rows, "next": following}


def _seen(session: Session, region_id: int, changes: list[int], keep: Keep) -> dict[int, int]:
    """How many of the first rows of each change may be seen."""
    given = {"region_id": region_id, "changes": changes, "sample": SAMPLE}
    things = defaultdict(list)
    for row in session.execute(text(_SAMPLE), given):
        things[row.change_id].append((kind_of(row.tbl), row.row_id))
    kept = keep({thing for found in things.values() for thing in found})
    return {change: sum(thing in kept for thing in things[change]) for change in changes}
