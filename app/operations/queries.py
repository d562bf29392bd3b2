"""Lists of orders and reservations, a page at a time, each order with whether it is late. One statement each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import RequestError
from app.core.prepared import ask
from app.operations.rules.steps import NEAR_RATIO
from app.operations.statements import sql

MOST_ROWS = 200
NEWEST, DUE = "newest", "due"
LATENESS = ("late", "near", "in_time", "paused")
AT_WORK = ("open", "paused")


@dataclass(frozen=True)
class OrderRow:
    """An order as lists show it; ``lateness`` is one of ``LATENESS``, None where it has ended; ``due_at`` has the pauses put on."""

    id: int
    code: str
    kind: str
    state: str
    step: str
    product: str | None
    rate_mbit: float | None
    customer: str | None
    address: str | None
    service: str | None
    reservation: str | None
    owner_role: str | None
    due_at: datetime | None
    opened_at: datetime
    opened_by: str
    change_id: int
    lateness: str | None


@dataclass(frozen=True)
class OrderFilter:
    """Which orders: what is None asks for nothing; ``thing`` is (kind, key) of a service, customer or address."""

    state: str | None = None
    kind: str | None = None
    product: str | None = None
    owner: str | None = None
    lateness: str | None = None
    thing: tuple[str, int] | None = None
    grids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class OrderPage:
    """Orders of a page, and what the next one is asked for with; None on the last."""

    rows: list[OrderRow]
    next: str | None


def list_orders(
    session: Session, region_id: int, now: datetime, wanted: OrderFilter = OrderFilter(), *, sort: str = NEWEST, after: str | None = None,
    most: int = 50,
) -> OrderPage:
    """A page of orders: the newest first, or those at work with what is due first of all.

    Raises
    ------
    RequestError
        ``PAGE_BAD``.
    """
    most = min(most, MOST_ROWS)
    given = {**_bound(region_id, now, wanted), "most": most + 1, **_place(sort, after)}
    found = [OrderRow(**row._mapping) for row in session.execute(sql("list_due_orders" if sort == DUE else "list_orders"), given)]
    rows = found[:most]
    if len(found) == len(rows):
        return OrderPage(rows, None)
    last = rows[-1]
    return OrderPage(rows, f"{last.due_at.isoformat()}~{last.id}" if sort == DUE else str(last.id))


def _bound(region_id: int, now: datetime, wanted: OrderFilter, code: str | None = None) -> dict:
    of_kind, of_id = wanted.thing or (None, None)
    return {
        "region_id": region_id, "now": now, "near_ratio": NEAR_RATIO, "states": [wanted.state] if wanted.state else None,
        "kind": wanted.kind, "product": wanted.product, "owner": wanted.owner, "lateness": wanted.lateness, "of_kind": of_kind,
        "of_id": of_id, "grids": _listed(wanted.grids), "code": code,
    }  # fmt: skip


def _place(sort: str, after: str | None) -> dict:
    """Where a page begins: after a key, or after a moment and a key."""
    if not after:
        return {"after": None, "after_at": None}
    at, _, key = after.rpartition("~")
    try:
        place = {"after": int(key), "after_at": datetime.fromisoformat(at) if sort == DUE else None}
        if 0 <= place["after"] < 2**63 and (sort == DUE or not at) and (sort != DUE or place["after_at"].tzinfo):
            return place
    except ValueError:
        pass
    raise RequestError("PAGE_BAD", "This is no page.", found=after, next_step="Take what an answer gave as next.")


def find_order_row(session: Session, region_id: int, code: str, now: datetime) -> OrderRow | None:
    """One order as lists show it."""
    given = {**_bound(region_id, now, OrderFilter(), code), "after": None, "most": 1}
    return next((OrderRow(**row._mapping) for row in session.execute(sql("list_orders"), given)), None)


def list_steps(session: Session, region_id: int, order_id: int) -> list:
    """The steps of an order in their order."""
    return session.execute(sql("list_steps"), {"region_id": region_id, "id": order_id}).all()


def list_pauses(session: Session, region_id: int, order_id: int) -> list:
    """The pauses of an order in their order."""
    return session.execute(sql("list_pauses"), {"region_id": region_id, "id": order_id}).all()


def list_reservations(
    session: Session, region_id: int, *, state: str | None = "held", after: int | None = None, most: int = 50, grids=None
) -> list:
    """Reservations, the newest first, with what they hold."""
    given = {"region_id": region_id, "state": state, "after": after, "most": min(most, MOST_ROWS)}
    return session.execute(sql("list_reservations"), {**given, "grids": _listed(grids)}).all()


def get_reservation(session: Session, region_id: int, code: str):
    """One reservation as lists show it, whatever its state; it is there."""
    return ask(session, sql("one_reservation"), {"region_id": region_id, "code": code}).one()


def _listed(grids: tuple[int, ...] | None) -> list[int] | None:
    return None if grids is None else list(grids)
