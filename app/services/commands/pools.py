"""Pools of numbers, VLANs and prefixes: the next free one, and what becomes of those given back.

What is next free is locked where it is found, and what others have locked is passed over, so that two callers never wait for each other
and never get the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from ipaddress import ip_network

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError, RuleError
from app.core.prepared import ask, later
from app.network.commands.tallies import TallyDelta
from app.network.rules.counts import difference
from app.services.queries.holders import find_holder
from app.services.rules.numbers import nice_patterns
from app.services.statements import sql

STATES = {"ageing": "releasing"}
_LOCK_NUMBERS = "SELECT id, digits, use, block_id FROM number WHERE region_id = :region_id AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
_SET_NUMBERS = "UPDATE number SET use = :use, ageing_until = :until WHERE region_id = :region_id AND id = ANY(:ids)"
_SET_VLANS = "UPDATE vlan SET use = :use WHERE region_id = :region_id AND id = ANY(:ids)"


@dataclass(frozen=True)
class PooledNumber:
    id: int
    digits: str
    use: str
    block_id: int


@dataclass(frozen=True)
class PooledVlan:
    """``code`` is the gateway's with the tags."""

    id: int
    code: str
    use: str
    gateway_id: int


@dataclass(frozen=True)
class Picked:
    """What was found free in pools and is locked already."""

    number: PooledNumber | None = None
    vlan: PooledVlan | None = None


NOTHING_PICKED = Picked()


def pick_number(
    session: Session, region_id: int, offices: Sequence[int], like: str | None = None, *, is_nice: bool = False, locks: bool = True
) -> PooledNumber | None:
    """The next free number of these offices (keys), locked; None where there is none.

    Parameters
    ----------
    like
        Digits with ``*`` for any and ``?`` for one: ``*888``.
    is_nice
        Whether it may be one of those that are kept for sale (``nice_numbers.csv``).
    """
    given = {
        "region_id": region_id,
        "offices": list(offices),
        "like": _like(like),
        "nice": [] if is_nice or like else list(nice_patterns()),
    }
    row = ask(session, sql("pick_number", locks=locks), given).one_or_none()
    return PooledNumber(*row) if row else None


def _like(rule: str | None) -> str | None:
    if rule is None:
        return None
    if not rule or any(letter not in "0123456789*?" for letter in rule):
        raise InputError("NUMBER_RULE", "a rule for numbers has digits, * and ?", found=rule, expected="such as *888")
    return rule.replace("*", "%").replace("?", "_")


def lock_number(session: Session, region_id: int, key: int) -> PooledNumber:
    """A number by key, locked, and idle.

    Raises
    ------
    RuleError
        ``NUMBER_TAKEN`` with who has it.
    """
    row = ask(session, _LOCK_NUMBERS, {"region_id": region_id, "ids": [key]}).one_or_none()
    if row is None:
        raise NotFoundError("NUMBER_UNKNOWN", "there is no such number", found=key)
    if row.use != "idle":
        holder = find_holder(session, region_id, number_id=key)
        raise RuleError("NUMBER_TAKEN", f"the number is {row.use}", subject=row.digits, found=holder or row.use, expected="idle")
    return PooledNumber(*row)


def set_numbers(
    session: Session, region_id: int, numbers: Iterable[PooledNumber], use: str, ageing_until: date | None = None
) -> list[TallyDelta]:
    """Give locked numbers a use; the deltas."""
    given = list(numbers)
    changed = {"region_id": region_id, "ids": [number.id for number in given], "use": use, "until": ageing_until}
    later(session, _SET_NUMBERS, changed)
    return [delta for number in given for delta in _deltas("number", number.block_id, number.use, use)]


def free_numbers(session: Session, region_id: int, keys: Iterable[int], use: str, ageing_until: date | None = None) -> list[TallyDelta]:
    """Take numbers (keys) out of services' or reservations' hands; the deltas."""
    ids = sorted(keys)
    if not ids:
        return []
    rows = ask(session, _LOCK_NUMBERS, {"region_id": region_id, "ids": ids})
    return set_numbers(session, region_id, [PooledNumber(*row) for row in rows], use, ageing_until)


def rest_numbers(session: Session, region_id: int, today: date) -> list[TallyDelta]:
    """Numbers whose ageing has ended are idle again; the deltas."""
    rows = session.execute(sql("rest_numbers"), {"region_id": region_id, "today": today}).all()
    return [TallyDelta("number", row.block_id, releasing=-row.count) for row in rows]


def pick_vlan(session: Session, region_id: int, head_equipment_id: int, *, locks: bool = True) -> PooledVlan | None:
    """The next free VLAN for a line of this head: under the outer tag of its neighbours, else any; locked. None where there is none."""
    row = ask(session, sql("pick_vlan", locks=locks), {"region_id": region_id, "head": head_equipment_id}).one_or_none()
    return PooledVlan(*row) if row else None


def next_numbers(session: Session, region_id: int, offices: Mapping[int, Sequence[int]]) -> dict[int, PooledNumber]:
    """The next free number for each of several things, by the offices (keys) that give them; nothing is locked. One statement."""
    things = sorted(offices)
    wanted = [",".join(map(str, sorted(offices[thing]))) for thing in things]
    given = {"region_id": region_id, "wanted": wanted, "like": None, "nice": list(nice_patterns())}
    rows = ask(session, _for_each("pick_number", "offices", "text[]", "CAST(string_to_array(w.one, ',') AS bigint[])"), given)
    return {things[row.no - 1]: PooledNumber(*row[1:]) for row in rows}


def next_vlans(session: Session, region_id: int, heads: Sequence[int]) -> dict[int, PooledVlan]:
    """The next free VLAN for a line of each of these heads (keys), as ``pick_vlan`` finds it; nothing is locked. One statement."""
    rows = ask(session, _for_each("pick_vlan", "head", "bigint[]", "w.one"), {"region_id": region_id, "wanted": list(heads)})
    return {heads[row.no - 1]: PooledVlan(*row[1:]) for row in rows}


@cache
def _for_each(name: str, parameter: str, kind: str, one: str) -> TextClause:
    """A statement that picks for one thing, asked for each of a list."""
    picked = re.sub(rf":{parameter}\b", one, sql(name, locks=False).text)
    return text(
        f"SELECT w.no, n.* FROM unnest(CAST(:wanted AS {kind})) WITH ORDINALITY AS w (one, no)"  # noqa: S608 - statements of ours
        f" CROSS JOIN LATERAL (\n{picked}\n) n"
    )


def lock_vlan(session: Session, region_id: int, key: int) -> PooledVlan:
    """A VLAN by key, locked, and idle.

    Raises
    ------
    RuleError
        ``VLAN_TAKEN`` with who has it.
    """
    row = ask(session, sql("lock_vlans"), {"region_id": region_id, "ids": [key]}).one_or_none()
    if row is None:
        raise NotFoundError("VLAN_UNKNOWN", "there is no such VLAN", found=key)
    if row.use != "idle":
        holder = find_holder(session, region_id, vlan_id=key)
        raise RuleError("VLAN_TAKEN", f"the VLAN is {row.use}", subject=row.code, found=holder or row.use, expected="idle")
    return PooledVlan(*row)


def set_vlans(session: Session, region_id: int, vlans: Iterable[PooledVlan], use: str) -> list[TallyDelta]:
    """Give locked VLANs a use; the deltas."""
    given = list(vlans)
    later(session, _SET_VLANS, {"region_id": region_id, "ids": [vlan.id for vlan in given], "use": use})
    return [delta for vlan in given for delta in _deltas("vlan", vlan.gateway_id, vlan.use, use)]


def free_vlans(session: Session, region_id: int, keys: Iterable[int], use: str = "idle") -> list[TallyDelta]:
    """Take VLANs (keys) out of services' or reservations' hands; the deltas."""
    ids = sorted(keys)
    if not ids:
        return []
    rows = ask(session, sql("lock_vlans"), {"region_id": region_id, "ids": ids})
    return set_vlans(session, region_id, [PooledVlan(*row) for row in rows], use)


def carve_prefix(session: Session, region_id: int, parent_id: int, length: int, purpose: str | None = None) -> tuple[int, str]:
    """Key and text of the lowest free prefix of this length inside a pool, reserved; the pool is locked meanwhile.

    Raises
    ------
    NotFoundError
        ``PREFIX_UNKNOWN``.
    InputError
        ``PREFIX_LENGTH`` where the pool is not wider.
    RuleError
        ``PREFIX_FULL``.
    """
    locked = (
        "SELECT prefix::text, routing_table, gateway_equipment_id FROM ip_prefix WHERE region_id = :region_id AND id = :id"
        " FOR NO KEY UPDATE"
    )
    row = session.execute(text(locked), {"region_id": region_id, "id": parent_id}).one_or_none()
    if row is None:
        raise NotFoundError("PREFIX_UNKNOWN", "there is no such prefix", found=parent_id)
    pool = ip_network(row.prefix)
    if not pool.prefixlen < length <= pool.max_prefixlen:
        raise InputError(
            "PREFIX_LENGTH", "the pool is not wider than that", found=length, expected=f"{pool.prefixlen + 1} to {pool.max_prefixlen}"
        )
    given_back = session.execute(sql("take_idle_prefix"), {"region_id": region_id, "parent": parent_id, "length": length}).one_or_none()
    if given_back:
        return given_back.id, given_back.prefix
    inside = text(
        "SELECT prefix::text FROM ip_prefix WHERE region_id = :region_id AND routing_table = :name AND prefix << CAST(:pool AS cidr)"
    )
    given = {"region_id": region_id, "name": row.routing_table, "pool": row.prefix}
    taken = [ip_network(one) for one in session.execute(inside, given).scalars()]
    free = _lowest_free(pool, length, taken)
    if free is None:
        raise RuleError("PREFIX_FULL", "the pool has no room for a prefix of this length", subject=row.prefix, found=len(taken))
    made = text(
        "INSERT INTO ip_prefix (region_id, routing_table, prefix, parent_id, gateway_equipment_id, purpose, use)"
        " VALUES (:region_id, :name, CAST(:prefix AS cidr), :parent, :gateway, :purpose, 'reserved') RETURNING id"
    )
    given |= {"prefix": str(free), "parent": parent_id, "gateway": row.gateway_equipment_id, "purpose": purpose}
    return session.execute(made, given).scalar_one(), str(free)


def _lowest_free(pool, length: int, taken: list):
    at = int(pool.network_address)
    step, end = 1 << (pool.max_prefixlen - length), int(pool.broadcast_address)
    blocks = sorted((int(one.network_address), int(one.broadcast_address)) for one in taken)
    for low, high in blocks:
        if at + step - 1 < low:
            break
        if high >= at:
            at = (high // step + 1) * step
    return ip_network((at, length)) if at + step - 1 <= end else None


def _deltas(kind: str, owner_id: int, before: str, after: str) -> list[TallyDelta]:
    states = [("in_service", STATES.get(use, use), "ok") for use in (before, after)]
    changed = difference(*states)
    return [TallyDelta(kind, owner_id, **changed)] if changed else []
