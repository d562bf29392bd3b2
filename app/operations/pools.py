"""The next free number, VLAN or prefix by itself, reserved for somebody: for lines that other systems lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError, RuleError
from app.core.prepared import ask
from app.operations.statements import sql
from app.services.commands.pools import Picked, carve_prefix, pick_number, pick_vlan
from app.services.commands.reservations import Purpose, Reserved, reserve
from app.services.rules.chains import Chain

POOLS = ("number", "vlan", "prefix")


@dataclass(frozen=True)
class Asked:
    """What is wanted next: ``at`` is the code of the equipment whose lines it is for, or the pool that a prefix is cut from.

    Attributes
    ----------
    like
        A rule for numbers, such as ``*888``.
    length
        Of the prefix.
    """

    kind: str
    at: str
    like: str | None = None
    length: int | None = None


def take_next(
    session: Session, region_id: int, asked: Asked, find_head: Callable[[str], int], purpose: Purpose, now: datetime
) -> Reserved:
    """The next free one of a pool, reserved; ``find_head`` finds the equipment that the caller may name. Errors as of its kind."""
    if asked.kind == "prefix":
        return take_prefix(session, region_id, asked.at, asked.length, purpose, now)
    head = find_head(asked.at)
    if asked.kind == "number":
        return take_number(session, region_id, head, asked.like, purpose, now)
    return take_vlan(session, region_id, head, purpose, now)


def take_number(session: Session, region_id: int, head_id: int, like: str | None, purpose: Purpose, now: datetime) -> Reserved:
    """The next free number for lines of this equipment (key), by a rule such as ``*888`` where one is given, reserved.

    Raises
    ------
    RuleError
        ``NO_NUMBER``.
    """
    offices = [row.id for row in ask(session, sql("offices_of_heads"), {"region_id": region_id, "heads": [head_id]})]
    number = pick_number(session, region_id, offices, like) if offices else None
    if number is None:
        raise RuleError("NO_NUMBER", "no free number fits", found=like, next_step="choose another rule, or have the pool extended")
    return reserve(session, region_id, Chain(number_id=number.id), purpose, now, picked=Picked(number))


def take_vlan(session: Session, region_id: int, head_id: int, purpose: Purpose, now: datetime) -> Reserved:
    """The next free VLAN for lines of this equipment (key), reserved.

    Raises
    ------
    RuleError
        ``NO_VLAN``.
    """
    vlan = pick_vlan(session, region_id, head_id)
    if vlan is None:
        raise RuleError("NO_VLAN", "no VLAN is free", next_step="have the pool extended")
    return reserve(session, region_id, Chain(vlan_id=vlan.id), purpose, now, picked=Picked(vlan=vlan))


def take_prefix(session: Session, region_id: int, pool: str, length: int | None, purpose: Purpose, now: datetime) -> Reserved:
    """The lowest free prefix of a length inside a pool, as in ``10.0.0.0/16``, reserved.

    Raises
    ------
    NotFoundError
        ``PREFIX_UNKNOWN``.
    InputError
        ``PREFIX_LENGTH``.
    RuleError
        ``PREFIX_FULL``.
    """
    found = "SELECT id FROM ip_prefix WHERE region_id = :region_id AND prefix::text = :pool ORDER BY id LIMIT 1"
    key = session.execute(text(found), {"region_id": region_id, "pool": pool.strip()}).scalar()
    if key is None:
        raise NotFoundError("PREFIX_UNKNOWN", "there is no such prefix", found=pool)
    if length is None:
        raise InputError("PREFIX_LENGTH", "how long the prefix is to be was not said", expected="such as 30")
    prefix_id, _ = carve_prefix(session, region_id, key, length, purpose.reason)
    return reserve(session, region_id, Chain(prefix_id=prefix_id), purpose, now)
