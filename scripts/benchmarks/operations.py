"""Qualification, reservations, orders and lists over the demo county: milliseconds and statements; and over HTTP."""
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from app.access.commands import TokenWish, add_token, add_user
from app.core.database import transaction
from app.operations import orders
from app.operations.design import take_line
from app.operations.qualification import ask_at_address_id, qualify
from app.operations.queries import DUE, list_orders, list_reservations
from app.services.commands.reservations import Purpose, release
from scripts.benchmarks.county import load_county
from scripts.benchmarks.crowd import DEADLOCKS, TWICE, Caller, Fight, crowd, flow, served
from scripts.benchmarks.meter import backend_seconds
from scripts.benchmarks.results import Result, median
from scripts.benchmarks.scratch import REGION, scratch_database

PRODUCTS = {"ftth": 100.0, "pots": None, "adsl": 2.0, "lan": 20.0, "leased_line": 2.048}
ADDRESSES = text(
    "SELECT a.id, b.code || '/' || a.code AS code FROM address a JOIN building b ON b.region_id = :region AND b.id = a.building_id"
    " WHERE a.region_id = :region ORDER BY md5(a.id::text) LIMIT :count"
)
BACKENDS = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'")
HEAD = text(
    "SELECT min(e.code) FROM equipment e JOIN port p ON p.region_id = :region AND p.equipment_id = e.id AND p.port_type LIKE '%pon%'"
    " WHERE e.region_id = :region"
)
STEPS = ("survey", "design", "reserve", "dispatch", "build", "test", "activate", "close")
ACTOR = "bench"
LISTS = 10
P95 = 0.95
ROUNDS = 4
EACH_SECOND = 22
FAIR = (200, 201, 409, 412)
BAD = 400


def add_options(parser) -> None:
    parser.add_argument("--operations-scale", default="1", help="scale of the county that is asked and ordered in (default: 1)")
    parser.add_argument("--operations-count", type=int, default=20, help="addresses that are asked for each product (default: 20)")
    parser.add_argument("--operations-clients", type=int, default=64, help="clients that reserve at once (default: 64)")
    parser.add_argument("--operations-seconds", type=float, default=60, help="seconds of 22 requests a second (default: 60)")


def measure(url: str, options) -> list[Result]:
    """A place that can't be served counts among the questions, not among the orders."""
    with scratch_database(url, "operations") as engine:
        load_county(engine, options.operations_scale)
        counter = _Counter(engine)
        good = _ask(engine, counter, options.operations_count)
        _work(engine, counter, good.get("ftth", []))
        return counter.results + _crowd(engine, good, options)


@dataclass
class _Taken:
    """Milliseconds and statements of one kind of work, run by run."""

    wall_ms: list[float] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)


class _Counter:
    """Times what it runs, in this process and in the database's, and counts its statements; medians become results."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.results, self.count = engine, [], 0
        self.taken: dict[str, _Taken] = {}
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, *_) -> None:
        self.count += 1

    def _spent(self) -> float:
        with self.engine.connect() as connection:
            pids = connection.execute(BACKENDS).scalars().all()
        return time.process_time() + sum(map(backend_seconds, pids))

    def run(self, name: str, work: Callable):
        """What the work answers."""
        spent, before, began = self._spent(), self.count, time.perf_counter()
        answer = work()
        taken = self.taken.setdefault(name, _Taken())
        taken.wall_ms.append((time.perf_counter() - began) * 1000)
        taken.statements.append(self.count - before)
        taken.processor_ms.append((self._spent() - spent) * 1000)
        return answer

    def tell(self, name: str, aim: float | None = None) -> None:
        """Add a name's medians, and the most statements, to the results; the aim is one of processor time."""
        if name in self.taken:
            taken = self.taken[name]
            self.results += [
                Result(f"{name}: processor", median(taken.processor_ms), "ms", aim), Result(f"{name}: wall", median(taken.wall_ms), "ms"),
                Result(f"{name}: statements", max(taken.statements), ""),
            ]  # fmt: skip


def _ask(engine: Engine, counter: _Counter, count: int) -> dict[str, list]:
    """Addresses that can be served, by product."""
    good: dict[str, list] = {}
    with Session(engine) as session:
        addresses = session.execute(ADDRESSES, {"region": REGION, "count": count}).all()
        for product, rate in PRODUCTS.items():
            for address in addresses:
                asked = ask_at_address_id(session, REGION, address.id, product, rate)
                answer = counter.run(f"qualification of {product}", lambda asked=asked: qualify(session, REGION, asked))
                if answer.verdict == "yes":
                    good.setdefault(product, []).append(address)
            counter.tell(f"qualification of {product}", 1000)
    return good


def _work(engine: Engine, counter: _Counter, addresses: list) -> None:
    with Session(engine) as session:
        customer = session.execute(text("SELECT min(id) FROM customer WHERE region_id = :region"), {"region": REGION}).scalar()
    for address in addresses[:10]:
        held = counter.run("reserve a line", lambda key=address.id: _write(engine, _take, key))
        counter.run("release it", lambda code=held.code: _write(engine, _release, code))
        code = _write(engine, _open, orders.OrderWish("install", "ftth", address.id, customer, rate_mbit=100.0))
        for step in STEPS:
            counter.run(f"step {step}", lambda code=code: _write(engine, _advance, code))
    with Session(engine) as session:
        for _ in range(LISTS):
            counter.run("list of orders", lambda: list_orders(session, REGION, datetime.now(UTC)))
            counter.run("list of orders by limit", lambda: list_orders(session, REGION, datetime.now(UTC), sort=DUE))
            counter.run("list of reservations", lambda: list_reservations(session, REGION))
    lists = ("list of orders", "list of orders by limit", "list of reservations")
    for name in ("reserve a line", "release it", "step reserve", "step activate", "step close", *lists):
        counter.tell(name, 500)


def _write(engine: Engine, change: Callable, *given):
    with transaction(engine, ACTOR, "cli") as session:
        return change(session, *given)


def _take(session: Session, key: int):
    now = datetime.now(UTC)
    return take_line(session, REGION, ask_at_address_id(session, REGION, key, "ftth", 100.0), Purpose(ACTOR, "measured"), now)[0]


def _release(session: Session, code: str):
    return release(session, REGION, code, datetime.now(UTC))


def _open(session: Session, wish: orders.OrderWish) -> str:
    return orders.open_order(session, REGION, wish, ACTOR, datetime.now(UTC)).code


def _advance(session: Session, code: str):
    return orders.advance(session, REGION, code, ACTOR, datetime.now(UTC))


def _crowd(engine: Engine, good: dict[str, list], options) -> list[Result]:
    """Over HTTP: clients who fight for one cabinet's lines, pairs and pools at once, then an even load; how long they wait."""
    addresses, copper = good.get("ftth", []), [address.code for address in good.get("pots", [])] or [None]
    if not addresses:
        return []
    with Session(engine) as session, session.begin():
        user = add_user(session, ACTOR, "resource_centre")[0]
        user.must_change_password = False
        session.flush()
        token = add_token(session, user.id, TokenWish(ACTOR, "write"), datetime.now(UTC) - timedelta(seconds=1))[1]
        customer = session.execute(text("SELECT min(code) FROM customer WHERE region_id = :region"), {"region": REGION}).scalar()
        head = session.execute(HEAD, {"region": REGION}).scalar()
        before = session.execute(DEADLOCKS).scalar()
    with served(engine.url.render_as_string(hide_password=False)) as port:
        fighting, flowing = Caller(port, token), Caller(port, token)
        # Each of the site's connections plans its statements once, those for who comes too late too: that belongs to its start.
        crowd(engine, Caller(port, token), Fight(addresses[-1].code, head, customer, copper[-1]), options.operations_clients, ROUNDS)
        began, own = time.perf_counter(), time.process_time()
        crowd(engine, fighting, Fight(addresses[0].code, head, customer, copper[0]), options.operations_clients, ROUNDS)
        wall, own = time.perf_counter() - began, time.process_time() - own
        flow(flowing, [address.code for address in addresses], customer, EACH_SECOND, options.operations_seconds)
    with Session(engine) as session:
        twice, deadlocks = session.execute(TWICE, {"region": REGION}).scalar_one(), session.execute(DEADLOCKS).scalar() - before
    name = f"{options.operations_clients} clients over HTTP"
    return [
        Result(f"{name}: requests a second", len(fighting.told) / wall, "/s"),
        Result(f"{name}: the clients' own processor time a request", own / len(fighting.told) * 1000, "ms"),
        *_waits(name, fighting, ("next free", "release", "activate"), {"next free": 500}),
        Result(f"{name}: given out twice", twice, "", 1), Result(f"{name}: deadlocks", deadlocks, "", 1),
        Result(f"{name}: answers of any other kind", sum(told.status not in FAIR for told in fighting.told), "", 1),
        *_waits(f"{EACH_SECOND} requests a second", flowing, ("qualification", "reserve", "activate", "release", "list"), {}),
        Result(f"{EACH_SECOND} requests a second: answers of any other kind", sum(told.status not in FAIR for told in flowing.told), "", 1),
    ]  # fmt: skip


def _waits(name: str, caller: Caller, kinds: tuple[str, ...], aims: dict[str, float]) -> list[Result]:
    """How long the answers of each kind took, in the middle and of twenty the last but one; of those with an aim also to whoever got it."""
    found = []
    for kind in kinds:
        told = [one for one in caller.told if one.name == kind]
        for of, answers in ((kind, told), (f"{kind}, got it", [one for one in told if one.status < BAD] if kind in aims else [])):
            waits = sorted(one.took_ms for one in answers)
            if waits:
                found.append(Result(f"{name}: {of}, median", median(waits), "ms"))
                found.append(Result(f"{name}: {of}, p95 of {len(waits)}", waits[ceil(len(waits) * P95) - 1], "ms", aims.get(kind)))
    return found
