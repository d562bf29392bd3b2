"""Reservations, orders and blocks for programs. What creates takes Idempotency-Key, what changes takes If-Match."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from apiflask import APIBlueprint
from flask import jsonify

from app.access.gate import get_engine, get_session
from app.api.callers import ask_caller, change, made, plain, tagged
from app.api.once import run_once
from app.api.order_schemas import (
    BlockBody,
    BlockedBody,
    CancelBody,
    DesignBody,
    ExtendBody,
    LiftBody,
    OrderAnswerBody,
    OrderBody,
    OrdersBody,
    OrdersQuery,
    PauseBody,
    ReservationBody,
    ReservationsBody,
    ReservationsQuery,
    ReserveBody,
    ReservedBody,
    StepBody,
)
from app.api.resources import ask_seen
from app.api.schemas import RegionQuery
from app.core.database import transaction
from app.network.commands.members import block_member, unblock_member
from app.operations import orders
from app.operations.design import Wish, take_line
from app.operations.doors import (
    Caller,
    advance_for,
    ask_place,
    find_code,
    find_thing,
    open_for,
    permissions_of,
    redesign_for,
    see_order,
    see_reservation,
)
from app.operations.queries import OrderFilter, find_order_row, get_reservation, list_orders, list_pauses, list_reservations, list_steps
from app.services.commands import reservations
from app.services.commands.reservations import Purpose

blueprint = APIBlueprint("orders", __name__, url_prefix="/api/v1", tag="Orders")
FILTERS = ("state", "kind", "product", "owner", "lateness")


@blueprint.post("/reservations")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(ReserveBody, arg_name="body")
@blueprint.output(ReservedBody, status_code=201)
def reserve(query, body):
    """Reserve the whole chain of the best free line: all of it, or nothing. A lost race is a 409 that names the winner."""
    caller, now = ask_caller(query), datetime.now(UTC)

    def work(session):
        ports = tuple(find_code(session, caller, code, "port") for code in body["ports"])
        asked = ask_place(session, caller, body["product"], body.get("rate"), address=body["address"])
        until = now + timedelta(days=body["days"]) if "days" in body else None
        purpose = Purpose(caller.login, body["reason"], until, body["product"], None, asked.address_id)
        wish = Wish(ports, None, body.get("number"))
        held, line = take_line(session, caller.region_id, asked, purpose, now, wish, caller.asked_at)
        hops = [{"kind": hop.kind, "code": hop.code, "why": hop.why} for hop in line.hops if hop.why != "tree"]
        told = {**tell_reservation(session, caller, held.code), "access": line.access, "head": line.head, "hops": hops}
        return made(told, f"/api/v1/reservations/{held.code}")

    return run_once(caller.region_id, work)


def tell_reservation(session, caller: Caller, code: str) -> dict:
    """A reservation with what it holds."""
    return plain(get_reservation(session, caller.region_id, code)._mapping)


@blueprint.get("/reservations")
@blueprint.input(ReservationsQuery, location="query", arg_name="query")
@blueprint.output(ReservationsBody)
def reservation_list(query):
    """Reservations, the newest first."""
    caller, most = ask_caller(query), query["limit"]
    given = {"state": query["state"], "after": query.get("after"), "most": most, "grids": caller.grids}
    rows = list_reservations(get_session(), caller.region_id, **given)
    items = [plain(row._mapping) for row in rows]
    return jsonify({"region": caller.region, "items": items, "next": rows[-1].id if len(rows) == most else None})


@blueprint.get("/reservations/<code>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(ReservationBody)
def reservation_one(code, query):
    """A reservation; its ETag is its version."""
    caller = ask_caller(query)
    return tagged(tell_reservation(get_session(), caller, see_reservation(get_session(), caller, code).code))


@blueprint.post("/reservations/<code>/release")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(ReservationBody)
def release(code, query):
    """Give back what a reservation holds."""
    caller, seen = ask_caller(query), ask_seen()

    def work(session):
        held = see_reservation(session, caller, code, seen)
        reservations.release_locked(session, caller.region_id, held, datetime.now(UTC))
        return tell_reservation(session, caller, held.code)

    return change(caller, work)


@blueprint.post("/reservations/<code>/extend")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(ExtendBody, arg_name="body")
@blueprint.output(ReservationBody)
def extend(code, query, body):
    """Give a reservation another end."""
    caller, seen, now = ask_caller(query), ask_seen(), datetime.now(UTC)

    def work(session):
        held = see_reservation(session, caller, code, seen)
        reservations.extend(session, caller.region_id, held.code, now + timedelta(days=body["days"]), now)
        return tell_reservation(session, caller, held.code)

    return change(caller, work)


@blueprint.post("/orders")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(OrderBody, arg_name="body")
@blueprint.output(OrderAnswerBody, status_code=201)
def order_open(query, body):
    """Open an order."""
    caller, now = ask_caller(query), datetime.now(UTC)

    def work(session):
        told = tell_order(open_for(session, caller, body, now))
        return made(told, f"/api/v1/orders/{told['code']}")

    return run_once(caller.region_id, work)


@blueprint.get("/orders")
@blueprint.input(OrdersQuery, location="query", arg_name="query")
@blueprint.output(OrdersBody)
def order_list(query):
    """Orders, the newest or the most urgent first, each with whether it is late."""
    caller, session = ask_caller(query), get_session()
    thing = find_thing(session, caller, query.get("of"))
    wanted = OrderFilter(**{name: query.get(name) for name in FILTERS}, thing=thing, grids=caller.grids)
    page = list_orders(
        session, caller.region_id, datetime.now(UTC), wanted, sort=query["sort"], after=query.get("after"), most=query["limit"]
    )
    return jsonify({"region": caller.region, "items": [plain(vars(row)) for row in page.rows], "next": page.next})


@blueprint.get("/orders/<code>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(OrderAnswerBody)
def order_one(code, query):
    """An order with its steps and its design; its ETag is its version."""
    caller = ask_caller(query)
    return tagged(tell_order(see_order(get_session(), caller, code, datetime.now(UTC))))


def tell_order(work) -> dict:
    """An order as programs read it."""
    row, needed = find_order_row(work.session, work.region_id, work.code, work.now), permissions_of(work)
    steps = [plain({**step._mapping, "permission": needed.get(step.step)}) for step in list_steps(work.session, work.region_id, work.id)]
    pauses = [plain(pause._mapping) for pause in list_pauses(work.session, work.region_id, work.id)]
    more = plain({name: work.row[name] for name in ("ended_at", "note", "design")})
    return {**plain(vars(row)), **more, "steps": steps, "pauses": pauses}


@blueprint.post("/orders/<code>/steps")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(StepBody, arg_name="body")
@blueprint.output(OrderAnswerBody)
def order_step(code, query, body):
    """Do the step at which an order stands."""
    caller, seen, now = ask_caller(query), ask_seen(), datetime.now(UTC)
    return change(caller, lambda session: tell_order(advance_for(session, caller, code, body, now, seen)))


@blueprint.post("/orders/<code>/design")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(DesignBody, arg_name="body")
@blueprint.output(OrderAnswerBody)
def order_design(code, query, body):
    """Choose the chain of an order anew, over these ports; what it had reserved is free again."""
    caller, seen, now = ask_caller(query), ask_seen(), datetime.now(UTC)
    return change(caller, lambda session: tell_order(redesign_for(session, caller, code, body["ports"], now, seen)))


def act(code: str, query: dict, what):
    """The answer of what is done to an order as it was read."""
    caller, seen, now = ask_caller(query), ask_seen(), datetime.now(UTC)

    def work(session):
        order = see_order(session, caller, code, now, seen)
        return tell_order(what(session, caller.region_id, order.code, caller.login, now))

    return change(caller, work)


@blueprint.post("/orders/<code>/pause")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(PauseBody, arg_name="body")
@blueprint.output(OrderAnswerBody)
def order_pause(code, query, body):
    """Stop the clock of an order, for a reason of the list."""
    return act(code, query, lambda session, region, order, by, now: orders.pause(
        session, region, order, body["reason"], body.get("note"), by, now))  # fmt: skip


@blueprint.post("/orders/<code>/resume")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(OrderAnswerBody)
def order_resume(code, query):
    """Let the clock go on."""
    return act(code, query, orders.resume)


@blueprint.post("/orders/<code>/back")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(OrderAnswerBody)
def order_back(code, query):
    """Lead an order back to its design."""
    return act(code, query, orders.go_back)


@blueprint.post("/orders/<code>/cancel")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(CancelBody, arg_name="body")
@blueprint.output(OrderAnswerBody)
def order_cancel(code, query, body):
    """End an order without what it wanted."""
    return act(code, query, lambda session, region, order, by, now: orders.cancel(session, region, order, body["reason"], by, now))


@blueprint.post("/blocks")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(BlockBody, arg_name="body")
@blueprint.output(BlockedBody, status_code=201)
def block(query, body):
    """Let nobody take a port, strand or pair."""
    caller = ask_caller(query)

    def work(session):
        thing = find_thing(session, caller, body["code"], "port", "conductor")
        member = block_member(session, caller.region_id, *thing, body["reason"], body.get("until"))
        return {"code": member.code, "health": "blocked"}, 201, {}

    return run_once(caller.region_id, work)


@blueprint.post("/blocks/lift")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(LiftBody, arg_name="body")
@blueprint.output(BlockedBody)
def lift(query, body):
    """Lift a block; what was blocked may be taken again."""
    caller = ask_caller(query)
    with transaction(get_engine(), caller.login, "api") as session:
        member = unblock_member(session, caller.region_id, *find_thing(session, caller, body["code"], "port", "conductor"))
    return jsonify({"code": member.code, "health": member.health})
