"""Records and search over the demo county: the list of a thousand ports, a record of each kind, and what people look for."""
import random
import time

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.topology.joined import list_ports_joined
from scripts.benchmarks.county import load_county, open_site, sign_in
from scripts.benchmarks.results import Result, median
from scripts.benchmarks.scratch import REGION, scratch_database

PORTS = 1_000
KINDS = (
    "structure", "section", "duct", "cable", "segment", "conductor", "rack", "equipment", "card", "port", "circuit", "number", "customer",
    "building", "address", "service",
)
TABLES = {"segment": "cable_segment"}
SAMPLE = "SELECT id FROM {table} WHERE region_id = :region ORDER BY md5(id::text) LIMIT :count"
LARGEST = text(
    "SELECT equipment_id FROM port WHERE region_id = :region GROUP BY equipment_id HAVING count(*) >= :ports"
    " ORDER BY count(*), equipment_id LIMIT 1"
)
WORDS = {
    "a number": text("SELECT digits FROM number WHERE region_id = :region AND use = 'in_use' ORDER BY md5(digits) LIMIT :count"),
    "a part of a code": text(
        "SELECT right(code, 8) FROM code_index WHERE region_id = :region AND kind = 'equipment' ORDER BY md5(code) LIMIT :count"
    ),
    "an address": text("SELECT name_zh FROM address WHERE region_id = :region AND name_zh <> '' ORDER BY md5(id::text) LIMIT :count"),
}
STATEMENTS_MAX = 15


def add_options(parser) -> None:
    parser.add_argument("--records-scale", default="1", help="scale of the county whose records are shown (default: 1)")
    parser.add_argument("--records-count", type=int, default=15, help="things of each kind that are shown; the median counts (default: 15)")


def measure(url: str, options) -> list[Result]:
    """Milliseconds of the list, of each kind of record and of each search, and the most statements of one page."""
    with scratch_database(url, "records") as engine:
        load_county(engine, options.records_scale)
        listed = _list_ports(engine)
        with open_site(engine) as app:
            client, headers = app.test_client(use_cookies=False), sign_in(engine, app)
            counts = _count_statements(app)
            pages = {name: _ask(client, headers, addresses) for name, addresses in _addresses(engine, options.records_count).items()}
    told, aim = f"list of {listed[1]} ports, joined to what and used by whom, one statement", 40 if listed[1] >= PORTS else None
    results = [Result(told, listed[0], "ms", aim)]
    results += [Result(name, value, "ms", 50) for name, value in pages.items()]
    return [*results, Result("most statements of one page", max(counts), "", STATEMENTS_MAX + 1)]


def _list_ports(engine) -> tuple[float, int]:
    """Milliseconds of the list, the median of some runs, and how long it is."""
    with Session(engine) as session:
        ports = PORTS
        while (equipment := session.execute(LARGEST, {"region": REGION, "ports": ports}).scalar()) is None:
            ports //= 2
        taken = []
        for _ in range(9):
            began = time.perf_counter()
            rows = list_ports_joined(session, REGION, equipment, 0, ports)
            taken.append((time.perf_counter() - began) * 1000)
    return median(taken[2:]), len(rows)


def _addresses(engine, count: int) -> dict[str, list[str]]:
    """What to ask for, by the name of the result."""
    given = {"region": REGION, "count": count}
    found = {}
    with Session(engine) as session:
        for kind in KINDS:
            keys = session.execute(text(SAMPLE.format(table=TABLES.get(kind, kind))), given).scalars()
            found[f"record: {kind}"] = [f"/things/{kind}/{key}" for key in keys]
        for name, sql in WORDS.items():
            found[f"search: {name}"] = [f"/api/v1/search?q={word}" for word in session.execute(sql, given).scalars()]
    return {name: asked for name, asked in found.items() if asked}


def _ask(client, headers: dict, addresses: list[str]) -> float:
    """Milliseconds of an answer, the median of all; each address is asked for once before it counts."""
    taken = []
    for address in random.Random(1).sample(addresses, len(addresses)):  # noqa: S311
        for is_counted in (False, True):
            began = time.perf_counter()
            answer = client.get(address, headers=headers)
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status}")
            if is_counted:
                taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


def _count_statements(app) -> list[int]:
    """The statements of each request, as they are answered."""
    counts = [0]
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: counts.append(0))
    for name in ("netgrid.engine", "netgrid.reading_engine"):
        event.listen(app.extensions[name], "before_cursor_execute", lambda *_: counts.__setitem__(-1, counts[-1] + 1))
    return counts
