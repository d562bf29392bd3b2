"""The site as scripts/run starts it, and many clients who ask it at once over HTTP."""
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from app.core.database import transaction
from app.services.commands.reservations import expire
from scripts.benchmarks.scratch import REGION, ROOT

PATIENCE_S = 60
# So long gunicorn keeps a connection on which nobody asks, less a little.
KEPT_S = 1.5
STEPS = ("survey", "design", "reserve", "dispatch", "build", "test", "activate")
# What is reserved for a day by a client of the crowd has expired for the crowd's clock.
FORWARD = timedelta(days=2)
SHORT, LONG = 1, 10
TWICE = text(
    "SELECT count(*) FROM (SELECT k.port_id::text FROM circuit_carrier k"
    " JOIN circuit c ON c.region_id = :region AND c.id = k.circuit_id AND c.life <> 'retired'"
    " WHERE k.region_id = :region AND k.port_id IS NOT NULL GROUP BY 1 HAVING count(DISTINCT k.circuit_id) > 1"
    " UNION ALL SELECT 'n' || number_id FROM reservation WHERE region_id = :region AND state = 'held' AND number_id IS NOT NULL"
    " GROUP BY 1 HAVING count(*) > 1"
    " UNION ALL SELECT 'v' || vlan_id FROM reservation WHERE region_id = :region AND state = 'held' AND vlan_id IS NOT NULL"
    " GROUP BY 1 HAVING count(*) > 1) t"
)
DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


@dataclass(frozen=True)
class Told:
    """An answer: what was asked (a name), status, milliseconds, body and headers."""

    name: str
    status: int
    took_ms: float
    body: dict
    headers: dict


@contextmanager
def served(url: str):
    """The port at which the site over a database answers, with gunicorn as scripts/run starts it, as long as this lasts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as state:
        own = {"DATABASE_URL": url, "WEB_DATABASE_URL": url, "SECRET_KEY": "0123456789abcdef" * 4, "NETGRID_STATE_DIR": state}
        settings = ["-c", str(ROOT / "scripts/setup/gunicorn.conf.py"), "--chdir", str(ROOT), "--bind", f"127.0.0.1:{port}"]
        command = [sys.executable, "-m", "gunicorn", *settings]
        site = subprocess.Popen(command, env={**os.environ, **own, "NETGRID_REGION": str(REGION), "PYTHONPATH": str(ROOT)})  # noqa: S603
        try:
            _await(port, site)
            yield port
        finally:
            site.terminate()
            site.wait()


def _await(port: int, site: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and site.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the site does not start")


@dataclass
class Caller:
    """A program that asks the site, and keeps what it was told."""

    port: int
    token: str
    told: list[Told] = field(default_factory=list)
    lines: threading.local = field(default_factory=threading.local)

    def ask(self, name: str, method: str, path: str, body: dict | None = None, **headers: str) -> Told:
        """The answer to one request; each client keeps its connection, as programs do."""
        connection = self._connect()
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        began = time.perf_counter()
        connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), given)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        self.lines.used_at = time.perf_counter()
        told = Told(name, answer.status, (self.lines.used_at - began) * 1000, content, dict(answer.getheaders()))
        self.told.append(told)
        return told

    def _connect(self) -> http.client.HTTPConnection:
        """The client's connection; a new one where the site may have closed the old one."""
        kept = getattr(self.lines, "connection", None)
        if kept is not None and time.perf_counter() - self.lines.used_at < KEPT_S:
            return kept
        if kept is not None:
            kept.close()
        self.lines.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        return self.lines.connection

    def create(self, name: str, path: str, body: dict, key: str | None = None) -> Told:
        """The answer to a create."""
        return self.ask(name, "POST", path, body, **{"Idempotency-Key": key or str(uuid.uuid4())})

    def change(self, name: str, path: str, seen: Told, body: dict | None = None) -> Told:
        """The answer to a change of what was seen."""
        return self.ask(name, "POST", path, body or {}, **{"If-Match": seen.headers["ETag"]})


@dataclass(frozen=True)
class Fight:
    """What is fought for: the full code of an address, equipment with pools, and a customer who has services installed.

    ``copper`` is an address where pairs are fought for; None where there is none.
    """

    address: str
    head: str
    customer: str
    copper: str | None = None

    def wish(self, no: int) -> tuple[str, dict]:
        """What the client asks for in its turn."""
        terms = {"reason": "fought for", "days": (SHORT, LONG)[no // 4 % 2]}
        if no % 4 < 2:
            return "/pool-reservations", {"kind": ("number", "vlan")[no % 4], "at": self.head, **terms}
        if no % 4 == 3 and self.copper:
            return "/reservations", {"address": self.copper, "product": "pots", **terms}
        return "/reservations", {"address": self.address, "product": "ftth", "rate": 100, **terms}


def crowd(engine: Engine, caller: Caller, fight: Fight, clients: int, rounds: int) -> None:
    """Clients who reserve, release, activate and send again at once, while what has run out expires; the caller keeps the answers."""
    over = threading.Event()
    tidier = threading.Thread(target=_expire, args=(engine, over))
    tidier.start()
    try:
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda no: _live(caller, fight, no, rounds), range(clients)))
    finally:
        over.set()
        tidier.join()


def _live(caller: Caller, fight: Fight, no: int, rounds: int) -> None:
    for turn in range(rounds):
        path, body = fight.wish(no + turn)
        key = str(uuid.uuid4())
        held = caller.create("next free", path, body, key)
        if held.status != 201:
            continue
        if (no + turn) % 5 == 0:
            again = caller.create("sent again", path, body, key)
            if again.body.get("code") != held.body["code"]:
                raise SystemExit(f"one key, two answers: {held.body} {again.body}")
        if body.get("product") == "ftth" and body["days"] == LONG and turn == 0:
            _activate(caller, fight, held.body["code"])
        elif (no // 4 + turn) % 2 == 0:
            caller.change("release", f"/reservations/{held.body['code']}/release", held)


def _activate(caller: Caller, fight: Fight, code: str) -> None:
    wish = {"kind": "install", "product": "ftth", "rate": 100, "address": fight.address, "customer": fight.customer, "reservation": code}
    order = caller.create("open", "/orders", wish)
    for step in STEPS:
        if order.status not in (200, 201):
            return
        order = caller.change("activate" if step == "activate" else "step", f"/orders/{order.body['code']}/steps", order, {"step": step})


def _expire(engine: Engine, over: threading.Event) -> None:
    while not over.wait(0.5):
        with transaction(engine, "system:expiry", "job") as session:
            expire(session, REGION, datetime.now(UTC) + FORWARD)


def flow(caller: Caller, addresses: list[str], customer: str, each_second: float, seconds: float) -> None:
    """Requests at an even rate, whatever becomes of the earlier ones: half of them qualifications, a quarter lists, a quarter reservations
    that are activated or released."""
    following: deque = deque()
    with ThreadPoolExecutor(64) as pool:
        began = time.perf_counter()
        for no in range(int(each_second * seconds)):
            time.sleep(max(0.0, began + no / each_second - time.perf_counter()))
            pool.submit(_one, caller, addresses, customer, no, following)


def _one(caller: Caller, addresses: list[str], customer: str, no: int, following: deque) -> None:
    place = addresses[no % len(addresses)]
    if no % 4 < 2:
        caller.ask("qualification", "GET", f"/qualifications?product=ftth&rate=100&address={place}")
    elif no % 4 == 2:
        caller.ask("list", "GET", ("/orders?sort=due", "/reservations", "/orders")[no // 4 % 3])
    elif following:
        following.popleft()()
    else:
        _begin(caller, Fight(place, "", customer), no, following)


def _begin(caller: Caller, fight: Fight, no: int, following: deque) -> None:
    held = caller.create("reserve", *fight.wish(2))
    if held.status == 201 and no // 4 % 2:
        following.append(lambda: caller.change("release", f"/reservations/{held.body['code']}/release", held))
    elif held.status == 201:
        following.append(lambda: _activate(caller, fight, held.body["code"]))
