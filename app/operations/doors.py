"""What every door does alike: codes to keys, inside the caller's area, and orders with the permission that their step needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.permissions import may
from app.core.errors import AccessError, NotFoundError
from app.core.journal import check_seen
from app.network.queries.codes import find_keys, find_keys_of_all, unknown_code
from app.operations import orders
from app.operations.effects import Work
from app.operations.lines import Asked
from app.operations.orders import OrderWish
from app.operations.qualification import LIVED_AT, Answer, ask_at_thing, ask_at_things, product_named, qualify_all
from app.operations.rules.steps import steps_of
from app.services.commands.reservations import Reserved, find_reservation
from app.services.queries.areas import find_community, keep_inside

# What an order is about.
ORDERED = ("service", "customer", "address")
WISHES = ("number", "ports", "apart_from", "rebuilds", "reason")


@dataclass(frozen=True)
class Caller:
    """Who asks: login, role, the grids of the region that they see, None for all of it, and its code; when, as ``time.monotonic`` tells."""

    login: str
    role: str
    region_id: int
    grids: tuple[int, ...] | None = None
    region: str = ""
    asked_at: float | None = None


def find_thing(session: Session, caller: Caller, code: str | None, *kinds: str) -> tuple[str, int] | None:
    """Kind and key of the one thing of these kinds that a code names, those of orders where none are named; None for no code.

    Things outside the caller's area are not there.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    """
    if code is None:
        return None
    wanted = kinds or ORDERED
    hits = find_keys(session, caller.region_id, code, *wanted)
    seen = keep_inside(session, caller.region_id, caller.grids, hits)
    if not seen:
        raise unknown_code(code, *wanted)
    return next(thing for thing in hits if thing in seen)


def find_code(session: Session, caller: Caller, code: str, *kinds: str) -> int:
    """The key of the one thing of these kinds that a code names, as ``find_thing`` finds it."""
    return find_thing(session, caller, code, *kinds)[1]


def ask_place(session: Session, caller: Caller, product: str, rate: float | None, *, address: str | None = None, point=None) -> Asked:
    """The question of a caller: at an address or customer of his area, or at a point in it.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``; ``PLACE_ELSEWHERE``.
    """
    if address is None:
        if caller.grids is not None:
            find_community(session, caller.region_id, *point, caller.grids)
        return Asked(*point, product_named(product), rate)
    thing = find_thing(session, caller, address, *LIVED_AT)
    return ask_at_thing(session, caller.region_id, thing, product, rate)


def qualify_places(
    session: Session, caller: Caller, product: str, rate: float | None, codes: Sequence[str]
) -> list[Answer | NotFoundError]:
    """The best line for each of several addresses or customers of the caller's area, or why one can't be answered.

    About as many statements as for one of them.
    """
    hits = find_keys_of_all(session, caller.region_id, codes, *LIVED_AT)
    seen = keep_inside(session, caller.region_id, caller.grids, {thing for things in hits.values() for thing in things})
    things = [next((thing for thing in hits.get(code, ()) if thing in seen), None) for code in codes]
    asked = iter(ask_at_things(session, caller.region_id, [thing for thing in things if thing], product, rate))
    places = [next(asked) if thing else unknown_code(code, *LIVED_AT) for code, thing in zip(codes, things, strict=True)]
    answers = iter(qualify_all(session, caller.region_id, [place for place in places if isinstance(place, Asked)]))
    return [next(answers) if isinstance(place, Asked) else place for place in places]


def open_for(session: Session, caller: Caller, body: dict, now: datetime) -> Work:
    """A new order as a form or a program asks for it."""
    address_id = find_code(session, caller, body["address"], "address") if body.get("address") else None
    customer_id = find_customer(session, caller, body["customer"]) if body.get("customer") else None
    if body.get("service") and body["kind"] != "install":
        find_code(session, caller, body["service"], "service")
    rest = {name: body[name] for name in WISHES if body.get(name)}
    wish = OrderWish(
        body["kind"],
        body.get("product"),
        address_id,
        customer_id,
        body.get("service"),
        body.get("rate"),
        body.get("reservation"),
        rest=rest,
    )
    return orders.open_order(session, caller.region_id, wish, caller.login, now)


def find_customer(session: Session, caller: Caller, code: str) -> int:
    """The key of a customer; a new customer lies in no area yet, so every caller may name one."""
    return find_keys(session, caller.region_id, code, "customer")[0][1]


def see_order(session: Session, caller: Caller, code: str, now: datetime, seen: int | None = None) -> Work:
    """An order whose address lies in the caller's area; locked, and still the version ``seen``, where the caller is to change it.

    Raises
    ------
    NotFoundError
        ``ORDER_UNKNOWN``.
    StaleError
        ``STALE``.
    """
    work = orders.get_order(session, caller.region_id, code, caller.login, now, locks=seen is not None)
    if not _is_inside(session, caller, work.row["address_id"]):
        raise NotFoundError("ORDER_UNKNOWN", "there is no such order", subject=code)
    check_seen(session, caller.region_id, work.code, work.row["change_id"], seen)
    return work


def see_reservation(session: Session, caller: Caller, code: str, seen: int | None = None) -> Reserved:
    """A reservation whose address lies in the caller's area; locked, and still the version ``seen``, where the caller is to change it.

    Raises
    ------
    NotFoundError
        ``RESERVATION_UNKNOWN``.
    StaleError
        ``STALE``.
    """
    held = find_reservation(session, caller.region_id, code, locks=seen is not None)
    if not _is_inside(session, caller, held.address_id):
        raise NotFoundError("RESERVATION_UNKNOWN", "there is no such reservation", subject=code)
    check_seen(session, caller.region_id, held.code, held.change_id, seen)
    return held


def _is_inside(session: Session, caller: Caller, address_id: int | None) -> bool:
    place = ("address", address_id)
    return caller.grids is None or place in keep_inside(session, caller.region_id, caller.grids, [place])


def advance_for(session: Session, caller: Caller, code: str, body: dict, now: datetime, seen: int) -> Work:
    """Do the step of an order, where the caller's role has the step's permission.

    Raises
    ------
    AccessError
        ``FORBIDDEN``.
    """
    check_permission(caller, permission_of(see_order(session, caller, code, now, seen)))
    rest = {name: body[name] for name in WISHES if body.get(name)}
    return orders.advance(session, caller.region_id, code, caller.login, now, step=body.get("step"), note=body.get("note"), rest=rest)


def redesign_for(session: Session, caller: Caller, code: str, ports: list[str], now: datetime, seen: int) -> Work:
    """Choose the chain of an order anew, where the caller's role may do its step ``design``.

    Raises
    ------
    AccessError
        ``FORBIDDEN``.
    """
    work = see_order(session, caller, code, now, seen)
    check_permission(caller, permission_of(work, "design"))
    for port in ports:
        find_code(session, caller, port, "port")
    return orders.redesign(session, caller.region_id, code, ports, caller.login, now)


def check_permission(caller: Caller, needed: str) -> None:
    """Refuse what the caller's role may not do.

    Raises
    ------
    AccessError
        ``FORBIDDEN``.
    """
    if not may(caller.role, needed):
        raise AccessError("FORBIDDEN", "Your role may not do this.", expected=needed, next_step="Ask who owns the step.")


def permission_of(work: Work, step: str | None = None) -> str:
    """The permission that a step of an order needs; the one at which it stands when left out."""
    return permissions_of(work)[step or work.row["step"]]


def permissions_of(work: Work) -> dict[str, str]:
    """The permission that each step of an order needs."""
    speciality = product_named(work.row["product"]).speciality if work.row["product"] else orders.DEFAULT_SPECIALITY
    return {step.step: step.permission for step in steps_of(work.row["kind"], work.wish.get("speciality", speciality))}
