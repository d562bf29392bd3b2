"""Where the tallies differ from the rows that they count."""
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.queries.batteries import battery_needs
from app.network.statements import SQL, filled, statement, table_name

# Counts of lines that are weighted with metres by their shares of the grids; only grids have them.
METRE_KINDS = ("strand_m", "pair_m", "duct_m")
_ONLY = re.compile(r"\{only (\w+) ([\w.]+)\}")


@dataclass(frozen=True)
class TallyFamily:
    """The kinds of tally whose rows stand on one floor; a floor above brings a family of its own.

    Attributes
    ----------
    kinds
        The kinds that each kind of owner has.
    members
        The statements that count them, by kind of owner: each gives rows (kind, owner_id, technology, grid_id, life, use, health, n).
        ``{only OWNER COLUMN}`` in a statement narrows it to the owners asked for.
    folder
        Where the statements are.
    given
        Makes the parameters that the statements take besides the region.
    grid_kinds
        Kinds that grids have and owners have not.
    """

    kinds: Mapping[str, tuple[str, ...]]
    members: Mapping[str, tuple[str, ...]]
    folder: Path = SQL
    given: Callable[[], Mapping] = field(default=dict)
    grid_kinds: tuple[str, ...] = ()

    def owner_of(self, kind: str) -> str | None:
        """The kind of owner that has tallies of a kind; None where it is none of the family's."""
        return next((owner for owner, kinds in self.kinds.items() if kind in kinds), None)

    def all_kinds(self) -> tuple[str, ...]:
        """Every kind that its owners have."""
        return tuple(kind for kinds in self.kinds.values() for kind in kinds)


PLANT = TallyFamily(
    kinds={
        "segment": ("strand", "pair"),
        "section": ("duct", "subduct"),
        "equipment": ("port", "terminal", "splitter_output", "slot", "vlan", "rectifier_a", "feed_a", "battery_ah"),
        "rack": ("rack_unit", "rack_w"),
        "trunk_group": ("trunk_channel",),
    },
    members={
        "segment": ("member_segment",),
        "section": ("member_section",),
        "equipment": ("member_equipment", "member_vlan", "member_power", "member_battery"),
        "rack": ("member_rack", "member_rack_power"),
        "trunk_group": ("member_trunk_group",),
    },
    given=battery_needs,
    grid_kinds=METRE_KINDS,
)


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


def list_tally_differences(session: Session, region_id: int, families: Sequence[TallyFamily] = (PLANT,)) -> list[TallyDifference]:
    """Every difference in the region, none where all is well."""
    rows = []
    for family in families:
        sql = f"SELECT * FROM ({differences_sql(family)}) d ORDER BY scope, kind, owner_id, technology, grid_id"  # noqa: S608
        found = session.execute(text(sql), {"region_id": region_id, **family.given()})
        rows.extend(TallyDifference(*row[:5], *map(_counts, row[5:])) for row in found)
    return _with_sums(session, region_id, rows)


def differences_sql(family: TallyFamily, owners: str | None = None, kinds: Collection[str] | None = None) -> str:
    """The statement that compares: of the whole region, or of the owners in a temporary table (kind, id).

    Over the whole region a grid's sum is compared with what stands there; for some owners, with what they gave to it.
    ``kinds`` are those of the owners in the table: a shorter statement is planned faster.
    """
    parts = {
        "tallies": "", "shares": "", "posted": "",
        "kinds": _listed(family.all_kinds()),
        "has_lines": "true" if family.grid_kinds else "false",
        "standing": "" if owners else filled("tally_standing", grid_kinds=_listed((*family.all_kinds(), *family.grid_kinds))),
    }
    if owners is not None:
        table = table_name(owners)
        parts["tallies"] = owned_tallies_sql(table, (family,))
        parts["shares"] = f"JOIN {table} w ON w.kind = h.owner_kind AND w.id = h.owner_id"
        parts["posted"] = statement("tally_posted")
    counted = (name for owner, names in family.members.items() if kinds is None or owner in kinds for name in names)
    members = "\n  UNION ALL\n".join(_narrowed(statement(name, family.folder), owners) for name in counted)
    return filled("tally_differences", member_states=filled("member_states", members=members), **parts)


def owned_tallies_sql(owners: str, families: Sequence[TallyFamily] = (PLANT,)) -> str:
    """The join that narrows ``tally t`` to the owners in a table."""
    kinds = ", ".join(f"('{kind}', '{owner}')" for family in families for owner, kept in family.kinds.items() for kind in kept)
    return (
        f"JOIN (SELECT k.kind, o.id FROM {table_name(owners)} o JOIN (VALUES {kinds}) k (kind, owner_kind) ON k.owner_kind = o.kind) w"  # noqa: S608
        " ON w.kind = t.kind AND w.id = t.owner_id"
    )


def _narrowed(sql: str, owners: str | None) -> str:
    """A member statement for the whole region, or for the owners in a table."""
    return _ONLY.sub(lambda found: f"JOIN {owners} w ON w.kind = '{found[1]}' AND w.id = {found[2]}" if owners else "", sql)


def _listed(kinds: Collection[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


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
