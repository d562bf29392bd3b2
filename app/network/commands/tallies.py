"""The one place that writes ``tally`` and ``grid_tally``.

Locks are taken in one order everywhere: tallies by key, then sums of grids by key. A line counts metres by its shares of the grids:
``grid_share.metres`` are the whole metres that the sums hold, so that every count is a whole number that can be counted again.
"""
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import RuleError
from app.core.prepared import ask, later
from app.network.queries.tallies import PLANT, TallyFamily, differences_sql, owned_tallies_sql
from app.network.statements import statement, table_name

CHANGES = "tally_change"
# From so many rows on the planner has to be told, or it takes nested loops.
MANY = 500
_TALLIES, _SUMS = text(statement("tally_change")), text(statement("grid_tally_change"))


@dataclass(frozen=True)
class Settled:
    """How many tallies, sums of grids and shares of lines were put right."""

    tallies: int
    grids: int
    lines: int


@dataclass(frozen=True)
class TallyDelta:
    """What one command adds to the counts of one owner; less is negative."""

    kind: str
    owner_id: int
    technology: str = ""
    installed: int = 0
    in_use: int = 0
    reserved: int = 0
    releasing: int = 0
    unusable: int = 0
    planned: int = 0


def settle_tallies(session: Session, region_id: int, owners: str | None = None, families: Sequence[TallyFamily] = (PLANT,)) -> Settled:
    """How many counts were put right so that they equal the rows.

    Parameters
    ----------
    owners
        A temporary table (kind, id) of owners whose members changed, appeared or went; None counts the whole region
        again and mends the sums of grids too. Shares of lines must be settled before.
    families
        The kinds that are counted; those of one transaction are settled together, so that locks keep their order.
    """
    session.flush()
    kinds = None if owners is None else _kinds(session, owners)
    concerned = [family for family in families if kinds is None or any(kind in family.kinds for kind in kinds)]
    if not concerned:
        return Settled(0, 0, 0)
    _lock(session, region_id, owners, concerned)
    session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{CHANGES}"))
    for number, family in enumerate(concerned):
        kept = f"INSERT INTO {CHANGES}" if number else f"CREATE TEMPORARY TABLE {CHANGES} ON COMMIT DROP AS"
        session.execute(text(f"{kept} {differences_sql(family, owners, kinds)}"), {"region_id": region_id, **family.given()})
    counts = dict(session.execute(text(f"SELECT scope, count(*) FROM {CHANGES} GROUP BY scope")).all())  # noqa: S608
    if sum(counts.values()) > MANY:
        session.execute(text(f"ANALYZE pg_temp.{CHANGES}"))
    for scope, name in (("tally", "tally_write"), ("line", "grid_share_metres"), ("grid", "grid_tally_write")):
        if counts.get(scope):
            _run(session, name, region_id)
    session.execute(text(f"DROP TABLE pg_temp.{CHANGES}"))
    return Settled(counts.get("tally", 0), counts.get("grid", 0), counts.get("line", 0))


def change_tallies(session: Session, region_id: int, deltas: Iterable[TallyDelta]) -> None:
    """Add to the counts of owners whose members a command has changed, and to the sums of their grids.

    A transaction calls it once, with all that it changes, of whatever kinds: a second call would take locks out of order.

    Raises
    ------
    RuleError
        ``TALLY_MISSING`` where an owner has no tally of the kind: it was never counted.
    """
    session.flush()
    columns = list(zip(*(astuple(delta) for delta in deltas), strict=True))
    if not columns:
        return
    given = {"region_id": region_id, **{field.name: list(column) for field, column in zip(fields(TallyDelta), columns, strict=True)}}
    wanted = set(zip(*columns[:3], strict=True))
    changed = {tuple(row) for row in ask(session, _TALLIES, given)}
    if changed != wanted:
        kind, owner_id, technology = min(wanted - changed)
        raise RuleError(
            "TALLY_MISSING", f"owner {owner_id} was never counted for {kind} {technology}".rstrip(),
            next_step="recount with: flask occupancy recount --repair",
        )
    later(session, _SUMS, given)


def _kinds(session: Session, owners: str) -> list[str]:
    """The kinds of owner in the table, whose size the planner has to know."""
    session.execute(text(f"ANALYZE {table_name(owners)}"))
    return list(session.execute(text(f"SELECT DISTINCT kind FROM {owners}")).scalars())  # noqa: S608


def _lock(session: Session, region_id: int, owners: str | None, families: Sequence[TallyFamily]) -> None:
    """Keep the tallies as they are until the end of the transaction; the sums too where all is counted."""
    given = {"region_id": region_id, "kinds": [kind for family in families for kind in (*family.all_kinds(), *family.grid_kinds)]}
    narrowed = "" if owners is None else owned_tallies_sql(owners, families)
    tallies = (
        f"SELECT FROM tally t {narrowed} WHERE t.region_id = :region_id AND t.kind = ANY(:kinds)"  # noqa: S608 - a table of ours
        " ORDER BY t.kind, t.owner_id, t.technology FOR UPDATE OF t"
    )
    session.execute(text(tallies), given)
    if owners is None:
        sums = "SELECT FROM grid_tally WHERE region_id = :region_id AND kind = ANY(:kinds) ORDER BY kind, grid_id, technology FOR UPDATE"
        session.execute(text(sums), given)


def _run(session: Session, name: str, region_id: int) -> None:
    for part in statement(name).split(";\n"):
        session.execute(text(part), {"region_id": region_id})
