"""Rows as they stood: from what stands now and the images that the journal keeps of what stood before.

A row stood at a version where its own change, or an image's, is at or before it and the change that replaced it is after. Rows come as
JSON tells them: keys as columns, days and instants as ISO 8601, geometry as GeoJSON.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, text
from sqlalchemy.orm import Session

# The journal keeps places as EWKB, which loses no digit.
_IMAGE = "j.before"
_IMAGE_WITH_PLACE = (
    "CASE WHEN jsonb_typeof(j.before -> 'geom') = 'string'"
    " THEN jsonb_set(j.before, '{geom}', to_jsonb(CAST(j.before ->> 'geom' AS geometry))) ELSE j.before END"
)
_ROWS = """
SELECT CAST(to_jsonb(t) ->> :key AS bigint) AS row_id, to_jsonb(t) - 'geom_3857' - 'code_key' AS image
FROM {table} AS t JOIN change AS c ON c.region_id = :region_id AND c.id = t.change_id
WHERE t.region_id = :region_id AND c.version <= :version {only}
UNION ALL
SELECT j.row_id, {image}
FROM journal AS j
JOIN change AS s ON s.region_id = :region_id AND s.id = j.since_change_id
JOIN change AS c ON c.region_id = :region_id AND c.id = j.change_id
WHERE j.region_id = :region_id AND j.tbl = :tbl AND s.version <= :version AND c.version > :version {only_journal}
ORDER BY 1
"""
_TOUCHED = """
SELECT x.row_id FROM (
    SELECT j.row_id FROM journal AS j JOIN change AS c ON c.region_id = :region_id AND c.id = j.change_id
    WHERE j.region_id = :region_id AND j.tbl = :tbl AND c.version > :earlier AND c.version <= :later
    UNION
    SELECT t.{key} FROM {table} AS t JOIN change AS c ON c.region_id = :region_id AND c.id = t.change_id
    WHERE t.region_id = :region_id AND c.version > :earlier AND c.version <= :later
) AS x
WHERE x.row_id > :after ORDER BY x.row_id LIMIT :limit
"""


@dataclass(frozen=True)
class Difference:
    """One row between two versions; ``before`` or ``after`` is empty where it did not stand. Rows without a key of their own are many."""

    row_id: int
    before: list[dict]
    after: list[dict]

    @property
    def columns(self) -> dict[str, tuple]:
        """The columns that differ, as (before, after); empty where the row came or went."""
        if len(self.before) != 1 or len(self.after) != 1:
            return {}
        old, new = self.before[0], self.after[0]
        return {
            name: (old.get(name), new.get(name)) for name in {**old, **new} if name != "change_id" and old.get(name) != new.get(name)
        }


def version_at(session: Session, region_id: int, at: datetime) -> int:
    """The region's version at an instant: that before the first change that was made later."""
    sql = (
        "SELECT coalesce((SELECT min(version) - 1 FROM change WHERE region_id = :region_id AND at > :at),"
        " (SELECT version FROM region_state WHERE region_id = :region_id))"
    )
    return session.execute(text(sql), {"region_id": region_id, "at": at}).scalar_one()


def rows_as_of(session: Session, region_id: int, table: Table, version: int, row_ids: Iterable[int] | None = None) -> dict[int, list[dict]]:
    """The rows of a table as they stood at a version, by the key under which the journal files them. One statement.

    Parameters
    ----------
    row_ids
        Only these; None is every row of the region.
    """
    key = table.info["journal"]
    only = "" if row_ids is None else f"AND t.{key} = ANY(:ids)"
    image = _IMAGE_WITH_PLACE if "geom" in table.columns else _IMAGE
    sql = _ROWS.format(table=table.name, image=image, only=only, only_journal=only and "AND j.row_id = ANY(:ids)")
    given = {"region_id": region_id, "version": version, "tbl": table.name, "key": key}
    found = defaultdict(list)
    for row in session.execute(text(sql), given if row_ids is None else {**given, "ids": list(row_ids)}):
        found[row.row_id].append(row.image)
    return dict(found)


def list_differences(
    session: Session, region_id: int, table: Table, versions: tuple[int, int], after: int = 0, limit: int = 200
) -> list[Difference]:
    """What changed in a table between two versions, by key. Three statements.

    Parameters
    ----------
    after
        Only rows whose key is larger.
    """
    earlier, later = sorted(versions)
    sql = _TOUCHED.format(table=table.name, key=table.info["journal"])
    given = {"region_id": region_id, "tbl": table.name, "earlier": earlier, "later": later, "after": after, "limit": limit}
    keys = list(session.scalars(text(sql), given))
    if not keys:
        return []
    old, new = (rows_as_of(session, region_id, table, version, keys) for version in (earlier, later))
    return [Difference(key, old.get(key, []), new.get(key, [])) for key in keys]
