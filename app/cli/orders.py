"""``flask qualify``, ``flask reservations``, ``flask orders``, ``flask block``: from the question to the service that lives."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.door import actor, owner_engine, plain_errors
from app.core.database import transaction
from app.core.errors import InputError
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.network.commands.members import block_member, unblock_member
from app.network.dictionary import word_label
from app.network.queries.codes import find_of_kind
from app.operations import orders, pools
from app.operations.design import Wish, take_line
from app.operations.doors import Caller, qualify_places
from app.operations.lines import Asked
from app.operations.models import ORDER_STATES
from app.operations.qualification import ask_at_address, product_named, qualify, read_geometry
from app.operations.queries import DUE, MOST_ROWS, NEWEST, OrderFilter, get_reservation, list_orders, list_reservations, list_steps
from app.operations.rules.lines import products
from app.operations.tell import tell_answer
from app.reports.address_lists import HEADERS, answer_rows, build_workbook, read_addresses
from app.reports.tables import csv_table, text_table
from app.services.commands import reservations
from app.services.commands.reservations import Purpose

# So many addresses of a file are answered together.
AT_ONCE = 500
PRODUCT = click.option("--product", required=True, type=click.Choice(list(products())), help="What the customer wants.")
RATE = click.option("--rate", type=float, help="Mbit/s.")
REGION = click.option("--region", help="Code of the region.")
LANG = click.option("--lang", type=click.Choice(["zh", "en"]), default="en", help="Language of the answer.")


def region_of(session: Session, code: str | None) -> int:
    """Key of the region that the command names, or of the site's own."""
    return get_region_id(session, code or load_settings().region_code)


def one_of_kind(session: Session, region_id: int, code: str, *kinds: str) -> tuple[str, int]:
    """Kind and key of the thing of these kinds that a code names."""
    hit = find_of_kind(session, region_id, code, *kinds)[0]
    return hit.kind, hit.id


@click.command("qualify")
@click.argument("code", required=False)
@PRODUCT
@RATE
@click.option("--point", help="Longitude,latitude in EPSG:4490 instead of a code.")
@click.option(
    "--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV or XLSX with a column address; one row each."
)
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Write the answers of --file to this workbook.")
@click.option("--alternatives", default=3, show_default=True, help="How many lines to tell.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the way as GeoJSON.")
@LANG
@REGION
@plain_errors
def qualify_command(code, product, rate, point, path, xlsx, alternatives, as_json, lang, region):
    """Whether an address, a customer or a point can be served: yes, with works, or no; exit 1 for no."""
    if sum(one is not None for one in (code, point, path)) != 1:
        raise click.UsageError("name one of: a code, --point, --file")
    with Session(owner_engine()) as session:
        region_id = region_of(session, region)
        if path:
            _qualify_file(session, region_id, path, product, rate, lang, xlsx)
            return
        asked = _ask(session, region_id, code, point, product, rate)
        answer = qualify(session, region_id, asked, alternatives)
        told = tell_answer(answer, lang)
        if as_json:
            click.echo(json.dumps({**told, "path": read_geometry(session, region_id, asked, answer.best)}, ensure_ascii=False))
        else:
            _tell(told)
    if answer.verdict == "no":
        raise SystemExit(1)


def _ask(session: Session, region_id: int, code: str | None, point: str | None, product: str, rate: float | None) -> Asked:
    if code:
        return ask_at_address(session, region_id, code, product, rate)
    try:
        lon, lat = (float(part) for part in point.split(","))
    except ValueError:
        raise InputError("POINT_UNREADABLE", "a point is longitude,latitude", found=point, expected="such as 112.23,30.06") from None
    return Asked(lon, lat, product_named(product), rate)


def _tell(told: dict) -> None:
    click.echo(f"{told['verdict_text']}: {told['product']} at {told['address'] or told['point']}")
    names = ("access", "head", "plant_m", "drop_m", "figure", "limit", "patches", "number", "vlan", "yuan", "days", "missing")
    click.echo(text_table(names, [[_cell(line[name]) for name in names] for line in told["lines"]]))
    click.echo(" - ".join(hop["code"] for hop in told["lines"][0]["hops"]))


def _cell(value) -> str:
    if value is None:
        return ""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _qualify_file(session: Session, region_id: int, path: Path, product: str, rate: float | None, lang: str, book: Path | None) -> None:
    """A row for each of the file, in its order, as CSV or in a workbook; one that can't be answered says why."""

    def ask(codes: list[str]):
        parts = [codes[at : at + AT_ONCE] for at in range(0, len(codes), AT_ONCE)]
        return [answer for part in parts for answer in qualify_places(session, Caller(actor(), "", region_id), product, rate, part)]

    rows = read_addresses(path)
    if book:
        book.write_bytes(build_workbook(rows, ask, product, lang))
        click.echo(f"{len(rows)} rows in {book}")
    else:
        click.echo(csv_table(HEADERS[lang], answer_rows(rows, ask, lang)), nl=False)


@click.group("reservations")
def reservations_group():
    """What is set aside for somebody."""


@reservations_group.command("take")
@click.argument("address")
@PRODUCT
@RATE
@click.option("--reason", required=True, help="What it is for.")
@click.option("--owner", help="Who has it; you when left out.")
@click.option("--days", type=int, help="Until so many days from now; those of limits.csv when left out.")
@REGION
@plain_errors
def take_command(address, product, rate, reason, owner, days, region):
    """Reserve the whole chain of the best free line for an address."""
    now = datetime.now(UTC)
    with transaction(owner_engine(), actor(), "cli") as session:
        region_id = region_of(session, region)
        asked = ask_at_address(session, region_id, address, product, rate)
        until = now + timedelta(days=days) if days is not None else None
        purpose = Purpose(owner or actor(), reason, until, product, None, asked.address_id)
        held, line = take_line(session, region_id, asked, purpose, now, Wish())
    click.echo(f"{held.code}: {line.access} - {line.head}, until {held.until_at:%Y-%m-%d %H:%M} UTC")


@reservations_group.command("next")
@click.argument("kind", type=click.Choice(pools.POOLS))
@click.argument("at")
@click.option("--like", help="A rule for numbers, such as *888.")
@click.option("--length", type=click.IntRange(1, 128), help="Length of the prefix.")
@click.option("--reason", required=True, help="What it is for.")
@REGION
@plain_errors
def next_free_command(kind, at, like, length, reason, region):
    """Reserve the next free number or VLAN for lines of equipment AT, or the next prefix of the pool AT."""
    now = datetime.now(UTC)
    with transaction(owner_engine(), actor(), "cli") as session:
        region_id, purpose = region_of(session, region), Purpose(actor(), reason)
        asked = pools.Asked(kind, at, like, length)
        held = pools.take_next(session, region_id, asked, lambda code: one_of_kind(session, region_id, code, "equipment")[1], purpose, now)
        row = get_reservation(session, region_id, held.code)
    click.echo(f"{row.code}: {row.number or row.vlan or row.prefix}")


@reservations_group.command("release")
@click.argument("code")
@REGION
@plain_errors
def release_command(code, region):
    """Give back what a reservation holds."""
    with transaction(owner_engine(), actor(), "cli") as session:
        held = reservations.release(session, region_of(session, region), code, datetime.now(UTC))
    click.echo(f"{held.code}: {held.state}")


@reservations_group.command("extend")
@click.argument("code")
@click.option("--days", type=int, required=True, help="So many days from now.")
@REGION
@plain_errors
def extend_command(code, days, region):
    """Give a reservation another end."""
    now = datetime.now(UTC)
    with transaction(owner_engine(), actor(), "cli") as session:
        held = reservations.extend(session, region_of(session, region), code, now + timedelta(days=days), now)
    click.echo(f"{held.code}: until {held.until_at:%Y-%m-%d %H:%M} UTC")


@reservations_group.command("expire")
@REGION
@plain_errors
def expire_command(region):
    """Free what has run out, and let numbers whose rest is over be given out again."""
    engine, ended = owner_engine(), []
    while True:
        with transaction(engine, actor(), "cli") as session:
            found = reservations.expire(session, region_of(session, region), datetime.now(UTC))
        ended += found
        if len(found) < reservations.MOST_EXPIRED:
            break
    click.echo(f"{len(ended)} reservations have expired." + (" " + ", ".join(ended) if ended else ""))


@reservations_group.command("list")
@click.option("--state", type=click.Choice(["held", "used", "released", "expired"]), default="held", show_default=True)
@REGION
@plain_errors
def list_reservations_command(state, region):
    """The newest reservations."""
    with Session(owner_engine()) as session:
        rows = list_reservations(session, region_of(session, region), state=state)
    names = ("code", "owner", "reason", "address", "number", "vlan", "carriers", "until_at")
    click.echo(text_table(names, [[_cell(getattr(row, name)) for name in names] for row in rows]))


@click.group("orders")
def orders_group():
    """Orders, from survey to close."""


@orders_group.command("open")
@click.argument("kind", type=click.Choice(["install", *orders.NEEDS_SERVICE]))
@click.option("--product", type=click.Choice(list(products())))
@click.option("--address", help="Where it is delivered, or moved to.")
@click.option("--customer", help="Code of the customer.")
@click.option("--service", help="Code of the service; of an install the one that it gets.")
@RATE
@click.option("--reservation", help="Use what this reservation holds.")
@click.option("--number", help="A number, or a rule such as *888.")
@click.option("--port", "ports", multiple=True, help="A port that the line is to take; may be given several times.")
@click.option("--apart-from", help="A service with which it is to share no cable.")
@click.option("--rebuilds", is_flag=True, help="Restore over another way.")
@click.option("--reason", help="Why it is removed.")
@REGION
@plain_errors
def open_command(kind, product, address, customer, service, rate, reservation, number, ports, apart_from, rebuilds, reason, region):
    """Open an order."""
    rest = {"number": number, "ports": list(ports), "apart_from": apart_from, "rebuilds": rebuilds, "reason": reason}
    with transaction(owner_engine(), actor(), "cli") as session:
        region_id = region_of(session, region)
        address_id = one_of_kind(session, region_id, address, "address")[1] if address else None
        customer_id = one_of_kind(session, region_id, customer, "customer")[1] if customer else None
        wish = orders.OrderWish(
            kind, product, address_id, customer_id, service, rate, reservation, rest={name: value for name, value in rest.items() if value}
        )
        work = orders.open_order(session, region_id, wish, actor(), datetime.now(UTC))
    click.echo(f"{work.code}: {work.row['step']}")


@orders_group.command("next")
@click.argument("code")
@click.option("--step", help="The step that you mean; another one is refused.")
@click.option("--note", help="What was done.")
@click.option("--until", help="Go on up to and with this step.")
@REGION
@plain_errors
def next_command(code, step, note, until, region):
    """Do the step at which an order stands."""
    engine = owner_engine()
    while True:
        with transaction(engine, actor(), "cli") as session:
            region_id, now = region_of(session, region), datetime.now(UTC)
            before = orders.get_order(session, region_id, code, actor(), now).row["step"]
            work = orders.advance(session, region_id, code, actor(), now, step=step, note=note)
        click.echo(f"{work.code}: {before} done, {work.row['state']}, {work.row['step']}")
        if until is None or before == until or work.row["state"] != "open":
            return


def _simple(name: str, help_text: str, run, *options):
    """A command that does one thing to an order."""

    @plain_errors
    def command(code, region, **given):
        with transaction(owner_engine(), actor(), "cli") as session:
            work = run(session, region_of(session, region), code, actor(), datetime.now(UTC), **given)
        click.echo(f"{work.code}: {work.row['state']}, {work.row['step']}")

    command.__doc__ = help_text
    for option in (*options, REGION, click.argument("code")):
        command = option(command)
    orders_group.command(name)(command)


_REASON = click.option("--reason", required=True, help="Code of pause_reasons.csv.")
_NOTE = click.option("--note", help="What happened.")
_simple(
    "pause",
    "Stop the clock of an order.",
    lambda s, r, c, a, now, reason, note: orders.pause(s, r, c, reason, note, a, now),
    _REASON,
    _NOTE,
)
_simple(
    "redesign", "Choose the chain anew, over other ports.", lambda s, r, c, a, now, ports: orders.redesign(s, r, c, list(ports), a, now),
    click.option("--port", "ports", multiple=True, help="A port that the line is to take; may be given several times."),
)  # fmt: skip
_simple("resume", "Let the clock go on.", orders.resume)
_simple("back", "Lead an order back to its design.", orders.go_back)
_simple(
    "cancel", "End an order without what it wanted.", lambda s, r, c, a, now, reason: orders.cancel(s, r, c, reason, a, now),
    click.option("--reason", required=True, help="Why."),
)  # fmt: skip


@orders_group.command("list")
@click.option("--state", type=click.Choice(ORDER_STATES))
@click.option("--late", "lateness", flag_value="late", help="Only those beyond their limit.")
@click.option("--near", "lateness", flag_value="near", help="Only those near their limit.")
@click.option("--owner", help="Only those whose step this role owns.")
@click.option("--due", "sort", flag_value=DUE, help="What is due first of all; else the newest.")
@REGION
@plain_errors
def list_command(state, lateness, owner, sort, region):
    """Orders, and which of them are late or near their limit."""
    with Session(owner_engine()) as session:
        wanted = OrderFilter(state, owner=owner, lateness=lateness)
        rows = list_orders(session, region_of(session, region), datetime.now(UTC), wanted, sort=sort or NEWEST, most=MOST_ROWS).rows
    names = ("code", "kind", "state", "step", "product", "address", "service", "owner_role", "due_at", "lateness")
    click.echo(text_table(names, [[_cell(getattr(row, name)) for name in names] for row in rows]))


@orders_group.command("show")
@click.argument("code")
@REGION
@plain_errors
def show_command(code, region):
    """An order with its steps and its design."""
    with Session(owner_engine()) as session:
        region_id = region_of(session, region)
        work = orders.get_order(session, region_id, code, actor(), datetime.now(UTC))
        steps = list_steps(session, region_id, work.id)
    click.echo(f"{work.code} {work.row['kind']} {work.row['state']} {word_label('order_step', work.row['step'], 'en')}")
    names = ("seq", "step", "owner_role", "due_at", "done_at", "done_by", "note")
    click.echo(text_table(names, [[_cell(getattr(row, name)) for name in names] for row in steps]))
    for hop in (work.row["design"] or {}).get("hops", ()):
        click.echo(f"  {hop['code']}  {hop['why']}".rstrip())


@click.command("block")
@click.argument("code")
@click.option("--reason", required=True, help="Why.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the block.")
@REGION
@plain_errors
def block_command(code, reason, until, region):
    """Let nobody take a port, strand or pair."""
    with transaction(owner_engine(), actor(), "cli") as session:
        region_id = region_of(session, region)
        table, key = one_of_kind(session, region_id, code, "port", "conductor")
        member = block_member(session, region_id, table, key, reason, until.date() if until else None)
    click.echo(f"{member.code}: blocked")


@click.command("unblock")
@click.argument("code")
@REGION
@plain_errors
def unblock_command(code, region):
    """Lift a block."""
    with transaction(owner_engine(), actor(), "cli") as session:
        region_id = region_of(session, region)
        member = unblock_member(session, region_id, *one_of_kind(session, region_id, code, "port", "conductor"))
    click.echo(f"{member.code}: free again")


COMMANDS = (qualify_command, reservations_group, orders_group, block_command, unblock_command)
