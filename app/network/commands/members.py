"""Ports, strands and pairs change hands: they are locked by key, changed by one statement, and every change is told for the tallies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError, RuleError
from app.core.prepared import ask, later
from app.network.commands.tallies import TallyDelta, change_tallies
from app.network.rules.counts import difference
from app.network.statements import statement

TABLES = ("conductor", "duct", "port")
BLOCKED_TABLES = ("conductor", "port")
SOUND = ("ok", "degraded")


@dataclass(frozen=True)
class Member:
    """A locked port, strand or pair; ``kind``, ``owner_id`` and ``technology`` are those of its tally, ``kind`` None where it has none."""

    table: str
    id: int
    kind: str | None
    owner_id: int
    technology: str
    role: str
    code: str
    life: str
    use: str
    health: str

    @property
    def is_free(self) -> bool:
        """Whether it may be given out: idle, in service and sound."""
        return self.use == "idle" and self.life == "in_service" and self.health in SOUND


def lock_members(
    session: Session,
    region_id: int,
    conductors: Iterable[int] = (),
    ports: Iterable[int] = (),
    *,
    ducts: Iterable[int] = (),
    waits: bool = True,
) -> list[Member]:
    """The members of these keys, strands and pairs first, each locked by key until the end of the transaction.

    Parameters
    ----------
    waits
        False leaves out what somebody else has locked, for callers who can choose something else.
    """
    found = []
    for table, keys in zip(TABLES, (conductors, ducts, ports), strict=True):
        wanted = sorted(set(keys))
        if wanted:
            sql = statement(f"lock_{table}s") + ("" if waits else " SKIP LOCKED")
            rows = ask(session, sql, {"region_id": region_id, "ids": wanted})
            found += [Member(table, *row) for row in rows]
    return found


def set_use(session: Session, region_id: int, members: Sequence[Member], use: str) -> list[TallyDelta]:
    """Give locked members a use; what that changes in the tallies, for ``change_tallies``."""
    return _set(session, region_id, [(member, replace(member, use=use)) for member in members], "use")


def set_health(session: Session, region_id: int, members: Sequence[Member], health: str) -> list[TallyDelta]:
    """The same for health."""
    return _set(session, region_id, [(member, replace(member, health=health)) for member in members], "health")


def _set(session: Session, region_id: int, pairs: Sequence[tuple[Member, Member]], column: str) -> list[TallyDelta]:
    changed = [(old, new) for old, new in pairs if old != new]
    for table in TABLES:
        keys = [new.id for _, new in changed if new.table == table]
        if keys:
            value = getattr(next(new for _, new in changed if new.table == table), column)
            sql = f"UPDATE {table} SET {column} = :value WHERE region_id = :region_id AND id = ANY(:ids)"  # noqa: S608 - names of ours
            later(session, sql, {"region_id": region_id, "ids": keys, "value": value})
    return [
        TallyDelta(old.kind, old.owner_id, old.technology, **difference((old.life, old.use, old.health), (new.life, new.use, new.health)))
        for old, new in changed if old.kind is not None
    ]  # fmt: skip


def block_member(session: Session, region_id: int, table: str, key: int, reason: str, until_on: date | None) -> Member:
    """Take an idle port, strand or pair out of what may be given out; the member as it was.

    Raises
    ------
    NotFoundError
        ``MEMBER_UNKNOWN``.
    RuleError
        ``MEMBER_HELD`` where it is not idle; ``MEMBER_BLOCKED`` where it is blocked already.
    """
    member = _lock_one(session, region_id, table, key)
    if member.use != "idle":
        raise RuleError(
            "MEMBER_HELD", "only what is idle can be blocked", subject=member.code, found=member.use, expected="idle",
            next_step="move or remove what it carries first",
        )  # fmt: skip
    if member.health == "blocked":
        raise RuleError("MEMBER_BLOCKED", "it is blocked already", subject=member.code, next_step="lift the block first")
    deltas = set_health(session, region_id, [member], "blocked")
    session.execute(
        text(
            f"INSERT INTO member_block (region_id, {table}_id, reason, until_on, health_before)"  # noqa: S608 - names of ours
            " VALUES (:region_id, :id, :reason, :until_on, :before)"
        ),
        {"region_id": region_id, "id": key, "reason": reason, "until_on": until_on, "before": member.health},
    )
    change_tallies(session, region_id, deltas)
    return member


def unblock_member(session: Session, region_id: int, table: str, key: int) -> Member:
    """Lift a block; the member as it was.

    Raises
    ------
    NotFoundError
        ``MEMBER_UNKNOWN``; ``BLOCK_UNKNOWN`` where nobody blocked it.
    """
    member = _lock_one(session, region_id, table, key)
    sql = f"DELETE FROM member_block WHERE region_id = :region_id AND {table}_id = :id RETURNING health_before"  # noqa: S608 - names of ours
    before = session.execute(text(sql), {"region_id": region_id, "id": key}).scalar()
    if before is None:
        raise NotFoundError("BLOCK_UNKNOWN", "nobody has blocked it", subject=member.code)
    change_tallies(session, region_id, set_health(session, region_id, [member], before))
    return member


def lift_ended_blocks(session: Session, region_id: int, today: date) -> int:
    """How many blocks ended before ``today`` were lifted."""
    sql = text(
        "SELECT CASE WHEN port_id IS NULL THEN 'conductor' ELSE 'port' END, coalesce(port_id, conductor_id), health_before"
        " FROM member_block WHERE region_id = :region_id AND until_on < :today ORDER BY 1, 2"
    )
    ended = session.execute(sql, {"region_id": region_id, "today": today}).all()
    deltas = []
    keys = {table: [key for name, key, _ in ended if name == table] for table in BLOCKED_TABLES}
    members = lock_members(session, region_id, keys["conductor"], keys["port"])
    before = {(table, key): health for table, key, health in ended}
    for health in sorted(set(before.values())):
        deltas += set_health(session, region_id, [one for one in members if before[one.table, one.id] == health], health)
    delete = text("DELETE FROM member_block WHERE region_id = :region_id AND until_on < :today")
    session.execute(delete, {"region_id": region_id, "today": today})
    change_tallies(session, region_id, deltas)
    return len(ended)


def _lock_one(session: Session, region_id: int, table: str, key: int) -> Member:
    found = lock_members(session, region_id, **{f"{table}s": [key]}) if table in BLOCKED_TABLES else []
    if not found:
        raise NotFoundError("MEMBER_UNKNOWN", "there is no such port, strand or pair", found=f"{table} {key}")
    return found[0]
