"""Pages of the work: can this place be served, reservations, orders with their steps."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from apiflask import APIBlueprint
from flask import current_app, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session

from app.access.gate import get_asked_at, get_engine, get_person, get_session
from app.access.permissions import may
from app.core.database import KEY_MAX, transaction
from app.core.errors import InputError, NetGridError
from app.operations import cutovers, orders
from app.operations.design import Wish, take_line
from app.operations.doors import (
    Caller,
    advance_for,
    ask_place,
    check_permission,
    find_code,
    find_thing,
    open_for,
    permissions_of,
    qualify_places,
    redesign_for,
    see_order,
    see_reservation,
)
from app.operations.models import ORDER_KINDS, ORDER_STATES
from app.operations.orders import NEEDS_SERVICE
from app.operations.qualification import product_named, qualify, read_geometry
from app.operations.queries import (
    DUE,
    LATENESS,
    NEWEST,
    OrderFilter,
    find_order_row,
    list_orders,
    list_pauses,
    list_reservations,
    list_steps,
)
from app.operations.rules.lines import products
from app.operations.rules.steps import owner_roles, pause_reasons
from app.operations.tell import tell_answer
from app.reports.address_lists import LARGEST_LIST, MOST_ADDRESSES, SUFFIXES, XLSX_TYPE, build_workbook, receive_addresses
from app.reports.cutovers import cutover_sheet
from app.reports.error_words import tell_error
from app.services.commands import reservations
from app.services.commands.reservations import Purpose
from app.services.models.reservations import RESERVATION_STATES
from app.services.rules.limits import limit
from app.web.language import page_language
from app.web.regions import ask_region
from app.web.shell import map_shell
from app.web.views import map_settings

blueprint = APIBlueprint("work", __name__, enable_openapi=False)
LENGTH_MAX = 200
LISTS = ("work.qualify_list", "qualifications.qualification_list")
ROWS = 50
CUTTING = "maintain"
REDESIGNED_AT = ("reserve", "dispatch", "build", "test", "activate")
GIVEN = ("kind", "given_product", "address", "customer", "service", "rate", "number", "reservation", "apart_from", "reason")


def allow_list() -> None:
    """A list of addresses is larger than a form; told before anything reads the request."""
    if request.endpoint in LISTS:
        request.max_content_length = 2 * LARGEST_LIST


def ask_caller() -> tuple[Caller, object]:
    """Who looks at the page, and the region."""
    region, person = ask_region(), get_person()
    return Caller(person.login, person.role, region.id, region.grids, region.code, get_asked_at()), region


def writing(caller: Caller):
    """A transaction that is signed by the caller."""
    return transaction(get_engine(), caller.login, "web")


def read(name: str) -> str | None:
    """A field of the form or of the address, None where it is empty."""
    value = (request.form.get(name) or request.args.get(name) or "").strip()[:LENGTH_MAX]
    return value or None


def read_choice(name: str, known) -> str | None:
    """What was chosen behind the question mark, None where it is none of those known."""
    value = request.args.get(name)
    return value if value in known else None


def read_rate() -> float | None:
    """The rate asked for, Mbit/s.

    Raises
    ------
    InputError
        ``RATE_UNREADABLE``.
    """
    given = read("rate")
    try:
        rate = float(given) if given else None
    except ValueError:
        rate = -1.0
    if rate is None or 0 < rate <= 1_000_000:
        return rate
    raise InputError("RATE_UNREADABLE", "a rate is a number of Mbit/s", found=given, expected="a number above 0")


def read_point() -> tuple[float, float] | None:
    """A point typed or clicked instead of an address: longitude,latitude."""
    try:
        lon, lat = (float(part) for part in (read("address") or "").split(","))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def read_key(name: str) -> int:
    """A key or version of the form; 0, which nothing has, where it is none."""
    value = read(name) or ""
    return int(value) if value.isascii() and value.isdigit() and int(value) <= KEY_MAX else 0


def say(error: NetGridError) -> str:
    """An error as the page tells it: what is wrong, what was found, what to do."""
    return tell_error(error, page_language())


@blueprint.get("/qualify")
def qualify_page():
    """Can this place be served? The answer with its line on the map."""
    return show_answer()


def show_answer(problem: str | None = None):
    caller, region = ask_caller()
    told = path = None
    if read("product") and read("address"):
        try:
            point = read_point()
            asked = ask_place(get_session(), caller, read("product"), read_rate(), address=None if point else read("address"), point=point)
            answer = qualify(get_session(), caller.region_id, asked)
            told, path = tell_answer(answer, page_language()), read_geometry(get_session(), caller.region_id, asked, answer.best)
        except NetGridError as error:
            problem = problem or say(error)
    book = current_app.extensions["netgrid.layers"]
    given = {name: read(name) or "" for name in ("product", "address", "rate", "reason")}
    page = render_template(
        "work/qualify.html", shell=map_shell(region, book), settings=map_settings(region, book), told=told, path=path, problem=problem,
        given={**given, "product": given["product"] or "ftth"}, products=list(products()), most=MOST_ADDRESSES, accepted=",".join(SUFFIXES),
        may_reserve=may(caller.role, "reserve"), may_order=may(caller.role, "order"),
    )  # fmt: skip
    return page, 422 if problem else 200


@blueprint.post("/qualify")
def reserve():
    """Reserve a free line for the address: the best one, or the best over the port that was chosen."""
    caller, _ = ask_caller()
    now = datetime.now(UTC)
    try:
        with writing(caller) as session:
            asked = ask_place(session, caller, read("product") or "", read_rate(), address=read("address") or "")
            ports = (find_code(session, caller, read("port"), "port"),) if read("port") else ()
            purpose = Purpose(caller.login, read("reason") or "", None, read("product"), None, asked.address_id)
            take_line(session, caller.region_id, asked, purpose, now, Wish(ports), caller.asked_at)
    except NetGridError as error:
        return show_answer(say(error))
    return redirect(url_for("work.reservations_page"))


@blueprint.post("/qualify/list")
def qualify_list():
    """A workbook with an answer for each row of a list of addresses."""
    caller, _ = ask_caller()
    upload = request.files.get("list")
    try:
        if upload is None or not upload.filename:
            raise InputError("FILES_MISSING", "no file was chosen", next_step="choose a file")
        product = product_named(read("product") or "").product
        rate, session = read_rate(), get_session()

        def ask(codes: list[str]):
            return qualify_places(session, caller, product, rate, codes)

        book = build_workbook(receive_addresses(upload.filename, upload.stream), ask, product, page_language())
        return send_file(io.BytesIO(book), XLSX_TYPE, as_attachment=True, download_name=f"qualification-{product}.xlsx")
    except NetGridError as error:
        return show_answer(say(error))


@blueprint.get("/reservations")
def reservations_page():
    """What is set aside, the newest first."""
    return show_reservations()


def show_reservations(problem: str | None = None):
    caller, _ = ask_caller()
    state = read_choice("state", RESERVATION_STATES) or "held"
    rows = list_reservations(get_session(), caller.region_id, state=state, after=read_key("after") or None, most=ROWS, grids=caller.grids)
    page = render_template(
        "work/reservations.html", rows=rows, state=state, states=RESERVATION_STATES, more=rows[-1].id if len(rows) == ROWS else None,
        problem=problem, may_reserve=may(caller.role, "reserve"),
    )  # fmt: skip
    return page, 422 if problem else 200


@blueprint.post("/reservations/<code>")
def release(code):
    """Give back what a reservation holds, or give it the usual days from now."""
    caller, _ = ask_caller()
    now = datetime.now(UTC)
    try:
        with writing(caller) as session:
            held = see_reservation(session, caller, code, read_key("version"))
            if read("act") == "extend":
                reservations.extend(session, caller.region_id, held.code, now + timedelta(days=limit("reserved_days")), now)
            else:
                reservations.release(session, caller.region_id, held.code, now)
    except NetGridError as error:
        return show_reservations(say(error))
    return redirect(url_for("work.reservations_page"))


@blueprint.get("/orders")
def orders_page():
    """Orders: those at work with the most urgent first, or all with the newest first."""
    return show_orders()


def show_orders(problem: str | None = None):
    caller, _ = ask_caller()
    session, sort = get_session(), read_choice("sort", (NEWEST, DUE)) or DUE
    filters = {
        "only": read_choice("only", ORDER_KINDS), "state": read_choice("state", ORDER_STATES), "owner": read_choice("owner", owner_roles()),
        "product": read_choice("product", products()), "lateness": read_choice("lateness", LATENESS), "of": request.args.get("of") or None,
    }  # fmt: skip
    try:
        thing = find_thing(session, caller, filters["of"])
    except NetGridError as error:
        problem, thing = problem or say(error), ("service", 0)
    wanted = OrderFilter(
        filters["state"], filters["only"], filters["product"], filters["owner"], filters["lateness"], thing, caller.grids
    )
    page = list_orders(
        session, caller.region_id, datetime.now(UTC), wanted, sort=sort, after=None if problem else request.args.get("after"), most=ROWS
    )
    shown = render_template(
        "work/orders.html", page=page, sort=sort, filters={name: value or "" for name, value in filters.items()}, problem=problem,
        states=ORDER_STATES, kinds=ORDER_KINDS, new_kinds=["install", *NEEDS_SERVICE], owners=owner_roles(), products=list(products()),
        may_order=may(caller.role, "order"), given={name: read(name) or "" for name in GIVEN},
    )  # fmt: skip
    return shown, 422 if problem else 200


@blueprint.post("/orders")
def open_order():
    """Open an order."""
    caller, _ = ask_caller()
    body = {name: read(name) for name in GIVEN if read(name)}
    try:
        body |= {"product": read("given_product"), "rate": read_rate(), "rebuilds": request.form.get("rebuilds") == "1"}
        with writing(caller) as session:
            code = open_for(session, caller, {"kind": "", **body}, datetime.now(UTC)).code
    except NetGridError as error:
        return show_orders(say(error))
    return redirect(url_for("work.order_page", code=code))


@blueprint.get("/orders/<code>")
def order_page(code):
    """One order: its steps, its line, and what can be done next."""
    return show_order(code)


def show_order(code: str, problem: str | None = None):
    caller, _ = ask_caller()
    session, now = get_session(), datetime.now(UTC)
    work = see_order(session, caller, code, now)
    needed, step = permissions_of(work), work.row["step"]
    moves = cutovers.list_moves(session, caller.region_id, work.id) if work.row["kind"] == "cutover" else []
    page = render_template(
        "work/order.html", order=find_order_row(session, caller.region_id, work.code, now), design=work.row["design"] or {},
        note=work.row["note"], steps=list_steps(session, caller.region_id, work.id), pauses=list_pauses(session, caller.region_id, work.id),
        reasons={row.code: row.text_en if page_language() == "en" else row.text_zh for row in pause_reasons().values()}, needed=needed,
        problem=problem, may_step=may(caller.role, needed[step]), may_order=may(caller.role, "order"),
        moves=cutover_sheet(moves, page_language()) if moves else None,
        may_run=work.row["state"] == "open" and may(caller.role, CUTTING),
        may_redesign=work.row["state"] == "open" and step in REDESIGNED_AT and may(caller.role, needed["design"]),
    )  # fmt: skip
    return page, 422 if problem else 200


@blueprint.post("/orders/<code>")
def act(code):
    """Do the next step, choose the chain anew, pause, resume or cancel; the version that the page showed must still be there."""
    caller, _ = ask_caller()
    try:
        with writing(caller) as session:
            do(session, caller, code, read("act") or "", datetime.now(UTC))
    except NetGridError as error:
        return show_order(code, say(error))
    return redirect(url_for("work.order_page", code=code))


def do(session: Session, caller: Caller, code: str, name: str, now: datetime) -> None:
    """What a button of the order's page asks for."""
    seen = read_key("version")
    if name == "step":
        ports = [part.strip() for part in (read("ports") or "").split(",") if part.strip()]
        advance_for(session, caller, code, {"step": read("step"), "note": read("note"), "ports": ports}, now, seen)
        return
    if name == "redesign":
        ports = [part.strip()[:LENGTH_MAX] for part in request.form.getlist("instead") if part.strip()]
        redesign_for(session, caller, code, ports, now, seen)
        return
    see_order(session, caller, code, now, seen)
    given = (session, caller.region_id, code)
    if name in ("run", "rollback"):
        check_permission(caller, CUTTING)
        (cutovers.run_moves if name == "run" else cutovers.roll_back)(*given, caller.login, now)
        return
    check_permission(caller, "order")
    if name == "pause":
        orders.pause(*given, read("reason") or "", None, caller.login, now)
    elif name == "resume":
        orders.resume(*given, caller.login, now)
    elif name == "cancel":
        if not read("reason"):
            raise InputError("REASON_EMPTY", "a cancelled order needs a reason", next_step="say why")
        orders.cancel(*given, read("reason"), caller.login, now)
