"""Where the tallies differ from the rows that they count."""
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.statements import filled, statement, table_name

# Which members each owner holds. Lines give metres besides, by their shares of the grids.
TALLY_KINDS = {
    "segment": ("strand", "pair"),
    "section": ("duct", "subduct"),
    "equipment": ("port", "terminal", "splitter_output", "slot"),
    "rack": ("rack_unit",),
}

# The column that names the owner where its members are counted.
_OWNER_KEYS = {"segment": "c.segment_id", "section": "d.section_id", "equipment": "e.id", "rack": "r.id"}


@dataclass(frozen=True)
class TallyDifference:
    """One count that the rows do not bear out.

    ``scope`` is ``tally`` (an owner's), ``grid`` (a grid's sum) or ``line`` (whole metres of a share).
    Counts are installed, in use, reserved, releasing, unusable, planned; for lines, metres. None: no such count.
    """

    scope: str
    kind: str
    owner_id: int
    technology: str
    grid_id: int
    found: tuple[int, ...] | None
    expected: tuple[int, ...] | None


def list_tally_differences(session: Session, region_id: int) -> list[TallyDifference]:
    """Every difference in the region, none where all is well."""
    sql = f"SELECT * FROM ({differences_sql()}) d ORDER BY scope, kind, owner_id, technology, grid_id"  # noqa: S608
    rows = [TallyDifference(*row[:5], *map(_counts, row[5:])) for row in session.execute(text(sql), {"region_id": region_id})]
    return _with_sums(session, region_id, rows)


def differences_sql(owners: str | None = None, kinds: Collection[str] = tuple(TALLY_KINDS)) -> str:
    """The statement that compares: of the whole region, or of the owners in a temporary table (kind, id).

    Over the whole region a grid's sum is compared with what stands there; for some owners, with what they gave to it.
    ``kinds`` are those of the owners in the table: a shorter statement is planned faster.
    """
    if owners is None:
        joins = dict.fromkeys((*_OWNER_KEYS, "ports", "tallies", "shares", "posted"), "")
        standing = statement("tally_standing")
    else:
        table = table_name(owners)
        joins = {kind: f"JOIN {table} w ON w.kind = '{kind}' AND w.id = {key}" for kind, key in _OWNER_KEYS.items()}
        joins["ports"] = f"JOIN {table} w ON w.kind = 'equipment' AND w.id = p.equipment_id"
        joins["tallies"] = owned_tallies_sql(table)
        joins["shares"] = f"JOIN {table} w ON w.kind = h.owner_kind AND w.id = h.owner_id"
        joins["posted"] = statement("tally_posted")
        standing = ""
    members = "\n  UNION ALL\n".join(filled(f"member_{kind}", **joins) for kind in TALLY_KINDS if kind in kinds)
    return filled("tally_differences", member_states=filled("member_states", members=members), standing=standing, **joins)


def owned_tallies_sql(owners: str) -> str:
    """The join that narrows ``tally t`` to the owners in a table."""
    kinds = ", ".join(f"('{kind}', '{owner}')" for owner, kept in TALLY_KINDS.items() for kind in kept)
    return (
        f"JOIN (SELECT k.kind, o.id FROM {table_name(owners)} o JOIN (VALUES {kinds}) k (kind, owner_kind) ON k.owner_kind = o.kind) w"  # noqa: S608
        " ON w.kind = t.kind AND w.id = t.owner_id"
    )


def _counts(values: list | None) -> tuple[int, ...] | None:
    return None if values is None else tuple(values)


def _with_sums(session: Session, region_id: int, rows: list[TallyDifference]) -> list[TallyDifference]:
    """The differences with a grid's sums as they stand, and as they should."""
    if not any(row.scope == "grid" for row in rows):
        return rows
    counts = "installed, in_use, reserved, releasing, unusable, planned"
    sql = text(f"SELECT kind, technology, grid_id, {counts} FROM grid_tally WHERE region_id = :region_id")  # noqa: S608 - names of ours
    standing = {tuple(row[:3]): tuple(row[3:]) for row in session.execute(sql, {"region_id": region_id})}
    return [_with_sum(row, standing.get((row.kind, row.technology, row.grid_id))) if row.scope == "grid" else row for row in rows]


def _with_sum(row: TallyDifference, found: tuple[int, ...] | None) -> TallyDifference:
    expected = tuple(old + added for old, added in zip(found or (0,) * 6, row.expected, strict=True))
    return TallyDifference(row.scope, row.kind, row.owner_id, row.technology, row.grid_id, found, expected)
