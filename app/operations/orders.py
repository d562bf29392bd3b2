"""Orders: opened, led from step to step, paused, cancelled. What a step does to the network is in ``effects``."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import name_order
from app.core.errors import InputError, NotFoundError, RuleError
from app.core.journal import check_seen
from app.operations.effects import CANCELLED, EFFECTS, Work
from app.operations.qualification import product_named
from app.operations.rules.steps import Step, check_next, check_pause, due_moments, steps_of
from app.operations.statements import sql
from app.services.commands.reservations import get_held

DEFAULT_SPECIALITY = "line"
NEEDS_SERVICE = ("remove", "move", "change", "restore")


@dataclass(frozen=True)
class OrderWish:
    """What is ordered; codes are those of people, keys come later.

    Attributes
    ----------
    service
        Code of the service that is removed, moved, changed or restored; of an install the code that it is to get, or None for one made up.
    rest
        Further wishes, see ``effects``: ``ports``, ``apart_from``, ``number``, ``reason``, ``rate_mbit``, ``moves``.
    """

    kind: str
    product: str | None = None
    address_id: int | None = None
    customer_id: int | None = None
    service: str | None = None
    rate_mbit: float | None = None
    reservation: str | None = None
    note: str | None = None
    rest: dict | None = None


def open_order(session: Session, region_id: int, wish: OrderWish, actor: str, now: datetime) -> Work:
    """A new order, standing at its first step.

    Raises
    ------
    InputError
        ``ORDER_INCOMPLETE``; ``ORDER_KIND``.
    NotFoundError
        ``SERVICE_UNKNOWN``; ``RESERVATION_UNKNOWN``.
    RuleError
        ``SERVICE_BUSY`` where another order works on the service; ``SERVICE_ENDED``; ``RESERVATION_ENDED``.
    """
    key = session.execute(text("SELECT nextval(pg_get_serial_sequence('work_order', 'id'))")).scalar_one()
    name_order(session, key)
    code, given = f"WO-{key:06d}", _gather(session, region_id, wish)
    speciality = product_named(given["product"]).speciality if given["product"] else DEFAULT_SPECIALITY
    steps = steps_of(wish.kind, (wish.rest or {}).get("speciality", speciality))
    reservation = None
    if wish.reservation:
        reservation = get_held(session, region_id, wish.reservation).id
    session.execute(
        sql("add_order"),
        {
            "region_id": region_id, "id": key, "code": code, "kind": wish.kind, "step": steps[0].step, **given,
            "opened_by": actor, "opened_at": now,
            "reservation_id": reservation, "wish": json.dumps({**(wish.rest or {}), "service": wish.service}), "note": wish.note,
        },
    )  # fmt: skip
    _add_steps(session, region_id, key, steps, now)
    return get_order(session, region_id, code, actor, now)


def _gather(session: Session, region_id: int, wish: OrderWish) -> dict:
    given = {
        "product": wish.product,
        "rate_mbit": wish.rate_mbit,
        "customer_id": wish.customer_id,
        "address_id": wish.address_id,
        "service_id": None,
    }
    if wish.kind == "install":
        if not (wish.product and wish.address_id and wish.customer_id):
            raise InputError("ORDER_INCOMPLETE", "an install needs a product, an address and a customer", next_step="name all three")
        product_named(wish.product)
    elif wish.kind in NEEDS_SERVICE:
        row = find_service(session, region_id, wish.service)
        if row.state == "terminated":
            raise RuleError("SERVICE_ENDED", "the service has ended", subject=row.code, found=row.state, expected="a live service")
        if row.order_code:
            raise RuleError("SERVICE_BUSY", f"order {row.order_code} works on it", subject=row.code, found=row.order_code)
        if wish.kind == "move" and not wish.address_id:
            raise InputError("ORDER_INCOMPLETE", "a move needs the new address", subject=row.code)
        given |= {
            "service_id": row.id,
            "product": row.product,
            "customer_id": row.customer_id,
            "address_id": wish.address_id or row.address_id,
        }
        given["rate_mbit"] = wish.rate_mbit or row.rate_mbit
    elif wish.kind != "cutover":
        raise InputError("ORDER_KIND", "there is no such kind of order", found=wish.kind, expected="install, " + ", ".join(NEEDS_SERVICE))
    return given


def find_service(session: Session, region_id: int, code: str | None):
    """A service, locked, with the order that works on it.

    Raises
    ------
    NotFoundError
        ``SERVICE_UNKNOWN``.
    """
    row = session.execute(sql("find_service"), {"region_id": region_id, "code": code or ""}).one_or_none()
    if row is None:
        raise NotFoundError("SERVICE_UNKNOWN", "there is no such service", subject=code)
    return row


def _add_steps(session: Session, region_id: int, key: int, steps: tuple[Step, ...], now: datetime) -> None:
    rows = [
        {
            "region_id": region_id, "order_id": key, "seq": no, "step": step.step, "speciality": step.speciality,
            "owner_role": step.owner_role,
            "kpi_points": step.kpi_points, "due_at": due,
        }
        for no, (step, due) in enumerate(zip(steps, due_moments(steps, now), strict=True), start=1)
    ]  # fmt: skip
    session.execute(
        text(
            "INSERT INTO work_order_step (region_id, order_id, seq, step, speciality, owner_role, kpi_points, due_at)"
            " VALUES (:region_id, :order_id, :seq, :step, :speciality, :owner_role, :kpi_points, :due_at)"
        ),
        rows,
    )


def get_order(
    session: Session, region_id: int, code: str, actor: str, now: datetime, *, locks: bool = False, change_id: int | None = None
) -> Work:
    """An order with everything that its steps need.

    Parameters
    ----------
    change_id
        The version that the caller saw: another one means that somebody changed the order meanwhile.

    Raises
    ------
    NotFoundError
        ``ORDER_UNKNOWN``.
    StaleError
        ``STALE``.
    """
    found = "SELECT * FROM work_order WHERE region_id = :region_id AND code_key = upper(btrim(:code))"
    if locks:
        found += " FOR NO KEY UPDATE"
    row = session.execute(text(found), {"region_id": region_id, "code": code}).mappings().one_or_none()
    if row is None:
        raise NotFoundError("ORDER_UNKNOWN", "there is no such order", subject=code)
    check_seen(session, region_id, row["code"], row["change_id"], change_id)
    return Work(session, region_id, dict(row), actor, now)


def advance(
    session: Session,
    region_id: int,
    code: str,
    actor: str,
    now: datetime,
    *,
    step: str | None = None,
    note: str | None = None,
    change_id: int | None = None,
    rest: dict | None = None,
) -> Work:
    """Do the step at which an order stands; the order afterwards.

    Parameters
    ----------
    step
        The step that the caller means; another one is refused. None for whichever is next.
    rest
        Wishes for this step, put over those of the order.

    Raises
    ------
    RuleError
        ``STEP_NOT_NEXT``, ``ORDER_NOT_OPEN``, and what the step itself refuses.
    """
    work = get_order(session, region_id, code, actor, now, locks=True, change_id=change_id)
    _check_open(work, "open")
    check_next(work.code, work.row["step"], step)
    name_order(session, work.id)
    if rest:
        work.row["wish"] = {**(work.row["wish"] or {}), **rest}
    done = work.row["step"]
    told = EFFECTS.get((work.row["kind"], done), _nothing)(work)
    given = {"region_id": region_id, "order_id": work.id, "step": done, "by": actor, "now": now, "note": note or told}
    following = session.execute(sql("finish_step"), given).scalar()
    work.row |= {"step": following or done, "state": "open" if following else "closed", "ended_at": None if following else now}
    _keep(work)
    return get_order(session, region_id, code, actor, now)


def _nothing(_work: Work) -> str | None:
    return None


def _keep(work: Work) -> None:
    names = ("state", "step", "product", "rate_mbit", "customer_id", "address_id", "service_id", "reservation_id", "ended_at")
    given = {name: work.row[name] for name in names}
    packed = {name: json.dumps(work.row[name]) if work.row[name] is not None else None for name in ("wish", "design")}
    work.session.execute(sql("keep_order"), {"region_id": work.region_id, "id": work.id, **given, **packed})


def _check_open(work: Work, *states: str) -> None:
    if work.row["state"] not in states:
        raise RuleError(
            "ORDER_NOT_OPEN", f"the order is {work.row['state']}", subject=work.code, found=work.row["state"], expected=" or ".join(states)
        )


def go_back(session: Session, region_id: int, code: str, actor: str, now: datetime) -> Work:
    """Lead an order that has not begun to change the network back to its design; what it had reserved is free again."""
    work = get_order(session, region_id, code, actor, now, locks=True)
    _check_open(work, "open")
    if work.row["step"] in ("survey", "design", "close"):
        raise RuleError("STEP_NOT_NEXT", "from here an order can't go back to its design", subject=work.code, found=work.row["step"])
    name_order(session, work.id)
    CANCELLED.get(work.row["kind"], _nothing)(work)
    work.row |= {"step": "design", "design": None}
    undone = text(
        "UPDATE work_order_step SET done_at = NULL, done_by = NULL WHERE region_id = :region_id AND order_id = :id AND done_at IS NOT NULL"
        " AND seq >= (SELECT seq FROM work_order_step WHERE region_id = :region_id AND order_id = :id AND step = 'design')"
    )
    session.execute(undone, {"region_id": region_id, "id": work.id})
    _keep(work)
    return get_order(session, region_id, code, actor, now)


def redesign(session: Session, region_id: int, code: str, ports: list[str], actor: str, now: datetime) -> Work:
    """Choose the chain of a designed order anew, over these ports (codes); nearest free ones where none are named.

    Raises
    ------
    RuleError
        ``STEP_NOT_NEXT``; ``HOP_IMPOSSIBLE`` where no free line passes the ports.
    """
    go_back(session, region_id, code, actor, now)
    return advance(session, region_id, code, actor, now, step="design", rest={"ports": ports})


def cancel(session: Session, region_id: int, code: str, reason: str, actor: str, now: datetime) -> Work:
    """End an order without what it wanted; what it had reserved is free again.

    Raises
    ------
    RuleError
        ``ORDER_NOT_OPEN``; ``ORDER_DONE`` where the network is changed already.
    """
    work = get_order(session, region_id, code, actor, now, locks=True)
    _check_open(work, "open", "paused")
    if work.row["step"] == "close":
        raise RuleError("ORDER_DONE", "the order has changed the network: order the contrary", subject=work.code)
    name_order(session, work.id)
    CANCELLED.get(work.row["kind"], _nothing)(work)
    work.row |= {"state": "cancelled", "ended_at": now}
    _keep(work)
    given = {"region_id": region_id, "id": work.id, "note": reason}
    session.execute(text("UPDATE work_order SET note = :note WHERE region_id = :region_id AND id = :id"), given)
    return get_order(session, region_id, code, actor, now)


def pause(session: Session, region_id: int, code: str, reason: str, note: str | None, actor: str, now: datetime) -> Work:
    """Stop the clock of an order, for a reason of ``pause_reasons.csv``."""
    check_pause(reason)
    work = get_order(session, region_id, code, actor, now, locks=True)
    _check_open(work, "open")
    name_order(session, work.id)
    made = text(
        "INSERT INTO work_order_pause (region_id, order_id, no, reason, from_at, note)"
        " SELECT :region_id, :id, coalesce(max(no), 0) + 1, :reason,"
        " :now, :note FROM work_order_pause WHERE region_id = :region_id AND order_id = :id"
    )
    session.execute(made, {"region_id": region_id, "id": work.id, "reason": reason, "now": now, "note": note})
    work.row["state"] = "paused"
    _keep(work)
    return get_order(session, region_id, code, actor, now)


def resume(session: Session, region_id: int, code: str, actor: str, now: datetime) -> Work:
    """Let the clock of a paused order go on."""
    work = get_order(session, region_id, code, actor, now, locks=True)
    _check_open(work, "paused")
    name_order(session, work.id)
    ended = text("UPDATE work_order_pause SET until_at = :now WHERE region_id = :region_id AND order_id = :id AND until_at IS NULL")
    session.execute(ended, {"region_id": region_id, "id": work.id, "now": now})
    work.row["state"] = "open"
    _keep(work)
    return get_order(session, region_id, code, actor, now)
