"""Lists of orders and reservations, a page at a time, each with whether it is late. One statement each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.operations.rules.steps import lateness
from app.operations.statements import sql

MOST_ROWS = 200


@dataclass(frozen=True)
class OrderRow:
    """An order as lists show it; ``lateness`` is ``paused``, ``late``, ``near`` or ``in_time``, None where it has ended."""

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


def list_orders(
    session: Session, region_id: int, now: datetime, *, state: str | None = None, after: int | None = None, most: int = 50, grids=None
) -> list[OrderRow]:
    """Orders, the newest first; ``after`` is the key of the last one seen."""
    given = {"region_id": region_id, "state": state, "after": after, "most": min(most, MOST_ROWS), "code": None, "grids": _listed(grids)}
    return [_told(row, now) for row in session.execute(sql("list_orders"), given)]


def _told(row, now: datetime) -> OrderRow:
    late = None
    if row.state in ("open", "paused") and row.due_at:
        hours = (row.due_at - (row.before_at or row.opened_at)).total_seconds() / 3600
        late = lateness(now, row.due_at, hours, row.paused or timedelta(0), is_paused=row.state == "paused")
    names = [name for name in OrderRow.__dataclass_fields__ if name != "lateness"]
    return OrderRow(**{name: getattr(row, name) for name in names}, lateness=late)


def list_steps(session: Session, region_id: int, order_id: int) -> list:
    """The steps of an order in their order."""
    return session.execute(sql("list_steps"), {"region_id": region_id, "id": order_id}).all()


def list_reservations(
    session: Session, region_id: int, *, state: str | None = "held", after: int | None = None, most: int = 50, grids=None
) -> list:
    """Reservations, the newest first, with what they hold."""
    given = {"region_id": region_id, "state": state, "after": after, "most": min(most, MOST_ROWS), "grids": _listed(grids)}
    return session.execute(sql("list_reservations"), given).all()


def _listed(grids: tuple[int, ...] | None) -> list[int] | None:
    return None if grids is None else list(grids)
