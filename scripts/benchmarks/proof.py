"""Every service of the demo county traced to its office port, and random failures, held against a walk through the county's files.

The region that DATABASE_URL holds is only read; it must be the county whose files lie in the folder named.
"""
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import make_engine
from app.core.errors import SystemFault
from app.topology.impact import find_failing, find_impact
from app.topology.trace import trace_ways
from app.topology.trace_answer import Trace
from app.topology.trace_start import list_starts_of
from scripts.benchmarks.results import Result, median
from scripts.demo_county.chains import Member
from scripts.demo_county.days import DATA_DAY
from scripts.demo_county.failures import County, Thing

AT_ONCE, MOST_TOGETHER = 200, 4
HOURS = (0, 4, 10, 24, 72)
PORTS = text(
    "SELECT e.code, p.no, p.id FROM port p JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id WHERE p.region_id = :region"
)
FEEDS = text(
    "SELECT e.code || '/' || f.outlet_no, f.id FROM power_feed f JOIN equipment e ON e.region_id = :region AND e.id = f.source_equipment_id"
    " WHERE f.region_id = :region"
)


def add_options(parser) -> None:
    parser.add_argument("--proof-files", type=Path, help="folder of the demo county's files for proof (default: those of scripts/run)")
    parser.add_argument("--proof-failures", type=int, default=200, help="random failures for proof (default: 200)")


def measure(url: str, options) -> list[Result]:
    """Counts of what was compared, and of what differs: an aim under 1."""
    folder = options.proof_files or Path(os.environ.get("NETGRID_STATE_DIR", "")) / "demo"
    if not (folder / "services.csv").is_file():
        raise SystemFault("NOTHING_TO_MEASURE", "proof needs the demo county's files", found=str(folder), next_step="run scripts/run")
    engine = make_engine(url)
    with Session(engine) as session:
        region = session.execute(text("SELECT id FROM region WHERE code = '421000'")).scalar()
        if region is None:
            raise SystemFault("NOTHING_TO_MEASURE", "proof needs the demo county", next_step="load it first: scripts/run")
        county = County(folder)
        proof = Proof(session, region, county)
        lines, trees, trails = list(proof.lines()), list(proof.trees()), list(proof.trails())
        times, wrong = [], []
        for things, hours in draw_failures(county, options.proof_failures, random.Random(1)):  # noqa: S311 - the same each time
            began = time.perf_counter()
            told = proof.told(things, hours)
            times.append(time.perf_counter() - began)
            wrong += [(things, hours)] if told != walked(county, things, hours) else []
    engine.dispose()
    return [
        Result(f"services whose trace differs from the files, of {len(county.chains):,}", len(lines), "", 1),
        Result(f"PON trees whose branches differ, of {len(proof.heads()):,}", len(trees), "", 1),
        Result(f"circuits over channels whose ways differ, of {len(county.trails):,}", len(trails), "", 1),
        Result(f"failures that hit others than a walk says, of {len(times):,}", len(wrong), "", 1),
        Result("an impact among them, median", median(times) * 1000, "ms"),
    ]


def draw_failures(county: County, count: int, rng: random.Random) -> Iterator[tuple[list[Thing], float]]:
    """One to four things of all kinds that fail together, and for how long; often those of one office, and all that feeds it."""
    things = county.things()
    kinds_of = county.plant.kinds
    things["power"] = [code for code in things["equipment"] if kinds_of[code] in ("rectifier", "battery", "mains", "genset")]
    kinds = sorted(things)
    for _ in range(count):
        site = rng.choice(things["power"]).split("/")[0] if rng.random() < 0.5 else None
        outside = [code for code in things["power"] if kinds_of[code] in ("mains", "genset") and code.startswith(f"{site}/")]
        found = [("equipment", code) for code in outside] if rng.random() < 0.6 else []
        for _ in range(rng.randint(1, MOST_TOGETHER)):
            kind = rng.choice(kinds)
            near = [code for code in things[kind] if site and code.startswith(f"{site}/")]
            found.append(("equipment" if kind == "power" else kind, rng.choice(near or things[kind])))
        yield sorted(set(found)), rng.choice(HOURS)


def walked(county: County, things: Iterable[Thing], hours: float) -> dict[str, set[str]]:
    """Who is down at once, later and weakened by the walk."""
    now, later = county.broken(things, 0), county.broken(things, hours)
    down = county.fallen(now)
    return {"down": down, "later": county.fallen(later) - down, "weakened": county.weakened(later)}


class Proof:
    """What the engine tells of a county; what differs from its files is told by code."""

    def __init__(self, session: Session, region: int, county: County) -> None:
        self.session, self.region, self.county = session, region, county
        self.ports = {(code, no): key for code, no, key in session.execute(PORTS, {"region": region})}
        self.feeds = {code: key for code, key in session.execute(FEEDS, {"region": region})}

    def told(self, things: Iterable[Thing], hours: float) -> dict[str, set[str]]:
        """Who is down at once, later and weakened by the engine."""
        named = [code for kind, code in things if kind != "power_feed"]
        elements = [(hit.kind, hit.id) for hit in find_failing(self.session, self.region, named)]
        elements += [("power_feed", self.feeds[code]) for kind, code in things if kind == "power_feed"]
        found = find_impact(self.session, self.region, elements, hours, day=DATA_DAY)
        return {state: {service.code for service in found.of_state(state)} for state in ("down", "later", "weakened")}

    def lines(self) -> Iterator[str]:
        """Access lines whose trace is another than the way in the files, or does not begin at their port."""
        rows = [row for row in self.county.live if row["code"] in self.county.chains]
        for begin in range(0, len(rows), AT_ONCE):
            some = rows[begin : begin + AT_ONCE]
            starts = [("port", self.ports[row["access_equipment"], row["access_port"]]) for row in some]
            for row, start, found in zip(some, starts, trace_ways(self.session, self.region, starts), strict=True):
                chain = self.county.chains[row["code"]]
                passed = [hop.code for hop in found.hops]
                wanted = [code_of(member) for member in chain.members]
                if passed not in (wanted, wanted[::-1]) or found.hop(found.start).thing != start:
                    yield row["code"]

    def start_of(self, code: str) -> tuple[str, int] | None:
        """Where the trace of a service by its code begins."""
        key = self.session.execute(
            text("SELECT id FROM service WHERE region_id = :region AND code = :code"), {"region": self.region, "code": code}
        ).scalar_one()
        starts = list_starts_of(self.session, self.region, "service", key)
        return starts[0].thing if starts else None

    def heads(self) -> Mapping[Member, list[str]]:
        """Services by the PON port that serves them."""
        found = defaultdict(list)
        for code, chain in self.county.chains.items():
            if chain.splitters and chain.head:
                found[chain.head].append(code)
        return found

    def trees(self) -> Iterator[Member]:
        """PON ports from which a customer is not reached, or by another way than that in the files."""
        heads = list(self.heads().items())
        for begin in range(0, len(heads), AT_ONCE // 10):
            some = heads[begin : begin + AT_ONCE // 10]
            found = trace_ways(self.session, self.region, [("port", self.ports[head]) for head, _ in some])
            for (head, codes), tree in zip(some, found, strict=True):
                no_of = {hop.code: hop.no for hop in tree.hops}
                ways = {code: [code_of(member) for member in self.county.chains[code].members] for code in codes}
                if any(way[0] not in no_of or branch_of(tree, no_of[way[0]]) != way for way in ways.values()):
                    yield head

    def trails(self) -> Iterator[str]:
        """Circuits over channels of which a section's trace is not the way in the files, or a section is left out."""
        rows = self.session.execute(
            text("SELECT code, id FROM circuit WHERE region_id = :region AND kind IN ('trail', 'section')"), {"region": self.region}
        )
        keys = {code: key for code, key in rows}
        for code, trail in self.county.trails.items():
            starts = list_starts_of(self.session, self.region, "circuit", keys[code])
            told = {start.circuit: start for start in starts}
            ridden = {section for path in trail.paths for section in path}
            if not ridden <= set(told) or code not in told:
                yield code
                continue
            found = trace_ways(self.session, self.region, [told[section].thing for section in sorted(ridden)])
            for section, trace in zip(sorted(ridden), found, strict=True):
                wanted = [code_of(member) for member in self.county.ways[section].members]
                if [hop.code for hop in trace.hops] not in (wanted, wanted[::-1]):
                    yield code
                    break


def code_of(member: Member) -> str:
    """The full code of a strand, pair or port of the files."""
    owner, number = member
    return f"{owner}:{number}" if isinstance(number, int) else f"{owner}/{number}"


def branch_of(tree: Trace, no: int | None) -> list[str]:
    """Codes from a hop up to the first one."""
    found = []
    while no is not None:
        found.append(tree.hop(no).code)
        no = tree.hop(no).parent
    return found
