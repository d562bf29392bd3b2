"""Reservations: a chain is set aside whole, for somebody, until a moment; then it is used, released, or expires."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError, RuleError
from app.core.prepared import ask, later
from app.network.commands.tallies import TallyDelta, change_tallies
from app.services.commands.chains import Locked, give_back_chains, lock_held, take_chain
from app.services.commands.pools import NOTHING_PICKED, Picked, free_numbers, free_vlans, rest_numbers
from app.services.rules.chains import Chain
from app.services.rules.limits import limit
from app.services.statements import sql

MOST_EXPIRED = 200
LONGEST_TEXT = 500
_COLUMNS = "id, code, state, owner, circuit_id, number_id, vlan_id, prefix_id, until_at, change_id, address_id"
_CODE = "'RV-' || lpad(n.id::text, greatest(6, length(n.id::text)), '0')"
_NEXT_ID = "nextval(pg_get_serial_sequence('reservation', 'id'))"
# Only a chain's circuit is named like its reservation before there is one.
_NEXT = f"SELECT n.id, {_CODE} AS code FROM (SELECT {_NEXT_ID} AS id) n"  # noqa: S608 - names of ours
_ADD = (
    "INSERT INTO reservation (region_id, id, code, owner, reason, state, product, customer_id, address_id,"  # noqa: S608 - names of ours
    " circuit_id, number_id, vlan_id, prefix_id, made_at, until_at)"
    f" SELECT :region_id, n.id, {_CODE}, :owner, :reason, 'held', :product,"
    " CAST(:customer_id AS bigint), CAST(:address_id AS bigint), CAST(:circuit_id AS bigint), CAST(:number_id AS bigint),"
    " CAST(:vlan_id AS bigint), CAST(:prefix_id AS bigint), CAST(:made_at AS timestamptz), CAST(:until_at AS timestamptz)"
    f" FROM (SELECT coalesce(CAST(:id AS bigint), {_NEXT_ID}) AS id) n"
    f" RETURNING {_COLUMNS}"
)
_FIND = f"SELECT {_COLUMNS} FROM reservation WHERE region_id = :region_id AND code_key = upper(btrim(:code))"  # noqa: S608 - names of ours
_END = (
    "UPDATE reservation SET state = :state, ended_at = :now, circuit_id = NULL, number_id = NULL, vlan_id = NULL, prefix_id = NULL"
    " WHERE region_id = :region_id AND id = ANY(:ids)"
)
_USE_PREFIXES = "UPDATE ip_prefix SET use = :use WHERE region_id = :region_id AND id = ANY(:ids)"


@dataclass(frozen=True)
class Purpose:
    """For whom something is reserved, why, and until when; None for the days of ``checks/limits.csv``."""

    owner: str
    reason: str
    until_at: datetime | None = None
    product: str | None = None
    customer_id: int | None = None
    address_id: int | None = None


@dataclass(frozen=True)
class Reserved:
    """A reservation as it stands."""

    id: int
    code: str
    state: str
    owner: str
    circuit_id: int | None
    number_id: int | None
    vlan_id: int | None
    prefix_id: int | None
    until_at: datetime
    change_id: int
    address_id: int | None


def reserve(
    session: Session, region_id: int, chain: Chain, purpose: Purpose, now: datetime, *, waits: bool = True, picked: Picked = NOTHING_PICKED
) -> Reserved:
    """Set a whole chain aside, all of it or nothing.

    Raises
    ------
    InputError
        ``REASON_EMPTY``; ``UNTIL_PAST``; ``CHAIN_EMPTY``.
    RuleError
        As ``take_chain``, with the winner.
    """
    until_at = purpose.until_at or now + timedelta(days=limit("reserved_days"))
    _check_purpose(chain, purpose, until_at, now)
    key, code = ask(session, _NEXT, {}).one() if chain.carriers else (None, "")
    taken = take_chain(session, region_id, chain, code, until_at, waits=waits, picked=picked)
    if chain.prefix_id:
        later(session, _USE_PREFIXES, {"region_id": region_id, "ids": [chain.prefix_id], "use": "reserved"})
    given = {
        "region_id": region_id, "id": key, "owner": purpose.owner, "reason": purpose.reason.strip(),
        "product": purpose.product, "customer_id": purpose.customer_id, "address_id": purpose.address_id,
        "circuit_id": taken.circuit_id or None, "number_id": chain.number_id, "vlan_id": chain.vlan_id, "prefix_id": chain.prefix_id,
        "made_at": now, "until_at": until_at,
    }  # fmt: skip
    made = ask(session, _ADD, given).one()
    change_tallies(session, region_id, taken.deltas)
    return Reserved(*made)


def _check_purpose(chain: Chain, purpose: Purpose, until_at: datetime, now: datetime) -> None:
    if not purpose.reason.strip() or len(purpose.reason) > LONGEST_TEXT:
        raise InputError(
            "REASON_EMPTY", "a reservation needs a reason", expected=f"1 to {LONGEST_TEXT} letters", next_step="say what it is for"
        )
    if until_at <= now:
        raise InputError("UNTIL_PAST", "a reservation can't end before it begins", found=until_at.isoformat(), expected="a later moment")
    if not (chain.carriers or chain.number_id or chain.vlan_id or chain.prefix_id):
        raise InputError("CHAIN_EMPTY", "nothing was named to be reserved", next_step="name a port, strand, pair, number, VLAN or prefix")


def find_reservation(session: Session, region_id: int, code: str, *, locks: bool = False) -> Reserved:
    """The reservation of this code.

    Raises
    ------
    NotFoundError
        ``RESERVATION_UNKNOWN``.
    """
    row = ask(session, _FIND + (" FOR NO KEY UPDATE" if locks else ""), {"region_id": region_id, "code": code}).one_or_none()
    if row is None:
        raise NotFoundError("RESERVATION_UNKNOWN", "there is no such reservation", subject=code)
    return Reserved(*row)


def release(session: Session, region_id: int, code: str, now: datetime) -> Reserved:
    """Give everything back that a reservation holds.

    Raises
    ------
    NotFoundError
        ``RESERVATION_UNKNOWN``.
    RuleError
        ``RESERVATION_ENDED``.
    """
    release_locked(session, region_id, find_reservation(session, region_id, code, locks=True), now)
    return find_reservation(session, region_id, code)


def release_locked(session: Session, region_id: int, found: Reserved, now: datetime) -> None:
    """Give everything back that a reservation holds which the caller has locked.

    Raises
    ------
    RuleError
        ``RESERVATION_ENDED``.
    """
    held = check_held(found)
    # One thing alone is locked where it is given back.
    is_chain = held.circuit_id or (held.number_id and held.vlan_id)
    locked = lock_held(session, region_id, [held.circuit_id], [held.number_id], [held.vlan_id]) if is_chain else {}
    change_tallies(session, region_id, _end(session, region_id, [held], "released", now, locked))


def extend(session: Session, region_id: int, code: str, until_at: datetime, now: datetime) -> Reserved:
    """Give a reservation another end."""
    held = get_held(session, region_id, code)
    if until_at <= now:
        raise InputError("UNTIL_PAST", "a reservation can't end before now", found=until_at.isoformat(), expected="a later moment")
    given = {"region_id": region_id, "id": held.id, "until": until_at, "circuit_id": held.circuit_id}
    session.execute(text("UPDATE reservation SET until_at = :until WHERE region_id = :region_id AND id = :id"), given)
    session.execute(text("UPDATE circuit SET reserved_until = :until WHERE region_id = :region_id AND id = :circuit_id"), given)
    return find_reservation(session, region_id, code)


def use_reservation(session: Session, region_id: int, code: str, now: datetime) -> Reserved:
    """Mark a reservation as used, and tell what it held: from now on its caller's service has it."""
    held = get_held(session, region_id, code)
    _mark(session, region_id, [held], "used", now)
    return held


def expire(session: Session, region_id: int, now: datetime) -> list[str]:
    """The codes of reservations that ended by themselves and are free now; numbers whose ageing has ended become idle too.

    Reservations that somebody is working on are passed over and come next time.
    """
    rows = session.execute(sql("expired_reservations"), {"region_id": region_id, "now": now, "most": MOST_EXPIRED}).all()
    ended = [Reserved(*row) for row in rows]
    names = ("circuit_id", "number_id", "vlan_id")
    locked = lock_held(session, region_id, *([getattr(held, name) for held in ended] for name in names))
    deltas = rest_numbers(session, region_id, now.date())
    deltas += _end(session, region_id, ended, "expired", now, locked)
    change_tallies(session, region_id, deltas)
    return [held.code for held in ended]


def get_held(session: Session, region_id: int, code: str) -> Reserved:
    """The reservation of this code, locked, which still holds something.

    Raises
    ------
    NotFoundError
        ``RESERVATION_UNKNOWN``.
    RuleError
        ``RESERVATION_ENDED``.
    """
    return check_held(find_reservation(session, region_id, code, locks=True))


def check_held(found: Reserved) -> Reserved:
    """The same reservation, where it still holds something.

    Raises
    ------
    RuleError
        ``RESERVATION_ENDED``.
    """
    if found.state != "held":
        raise RuleError("RESERVATION_ENDED", f"the reservation is {found.state}", subject=found.code, found=found.state, expected="held")
    return found


def _end(session: Session, region_id: int, ended: Sequence[Reserved], state: str, now: datetime, locked: Locked) -> list[TallyDelta]:
    _mark(session, region_id, ended, state, now)
    circuits, numbers, vlans, prefixes = (
        [key for held in ended if (key := getattr(held, name))] for name in ("circuit_id", "number_id", "vlan_id", "prefix_id")
    )
    deltas = give_back_chains(session, region_id, circuits, is_known=False, locked=locked)
    deltas += free_numbers(session, region_id, numbers, "idle")
    deltas += free_vlans(session, region_id, vlans)
    if prefixes:
        later(session, _USE_PREFIXES, {"region_id": region_id, "ids": prefixes, "use": "idle"})
    return deltas


def _mark(session: Session, region_id: int, ended: Sequence[Reserved], state: str, now: datetime) -> None:
    if ended:
        later(session, _END, {"region_id": region_id, "ids": [held.id for held in ended], "state": state, "now": now})
