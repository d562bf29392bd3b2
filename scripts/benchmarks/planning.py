"""Planning on the county: what runs out, 60 works in four scenarios, fibre for 5,000 addresses. DATABASE_URL's region is only read."""
import time
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import make_engine
from app.core.errors import SystemFault
from app.network.models.grids import LEVELS
from app.planning.exhaustion import list_exhaustion
from app.planning.fibre.asking import ask_designs, list_demands
from app.planning.fibre.boxes import Demand
from app.planning.fibre.design import Wish
from app.planning.portfolio import Investment, choose_robust
from app.topology.route_graph import get_route_graph
from scripts.benchmarks.results import Result

WORKS, SCENARIOS = 60, ("base", "brisk", "slow", "late")
UNIT_FEN = 100_000


def add_options(parser) -> None:
    parser.add_argument("--planning-addresses", type=int, default=5000, help="addresses of the fibre design (default: 5000)")
    parser.add_argument("--planning-seconds", type=float, default=120.0, help="for its boxes, and for its trees (default: 120)")


def measure(url: str, options) -> list[Result]:
    """Seconds, errors against the naive forecast, and gaps; processor time, since other programs may run beside."""
    engine = make_engine(url)
    with Session(engine) as session:
        region = session.execute(text("SELECT id FROM region WHERE code = '421000'")).scalar()
        if region is None or not session.execute(text("SELECT EXISTS (SELECT FROM service WHERE region_id = :r)"), {"r": region}).scalar():
            raise SystemFault("NOTHING_TO_MEASURE", "planning needs the demo county", next_step="load it first: scripts/run")
        results = [*_exhaustion(session, region), *_works(), *_fibre(session, region, options)]
    engine.dispose()
    return results


def _exhaustion(session: Session, region: int) -> list[Result]:
    results = []
    for level in ("town", "community"):
        began = time.perf_counter()
        rows = list_exhaustion(session, region, LEVELS[level])
        results.append(Result(f"exhaustion by {level}: {len(rows):,} resources", time.perf_counter() - began, "s", 10))
        tested = [row.tested for row in rows if row.tested]
        errors = sum(one.error for one in tested), sum(one.naive_error for one in tested)
        ratio = errors[0] / errors[1] if errors[1] else 0.0
        results.append(Result(f"error of the last six months by {level}, to a naive one", ratio, "", 1))
    return results


def draw_works(rng: Random) -> list[Investment]:
    """Works whose costs and gains look like those of a county; some need another, some exclude one."""
    works = []
    for number in range(WORKS):
        cost = rng.randrange(50, 4000)
        gain = cost * rng.uniform(0.6, 1.8)
        values = {name: round(gain * rng.uniform(0.5, 1.5)) for name in SCENARIOS}
        requires = frozenset({f"W{rng.randrange(number)}"}) if number and rng.random() < 0.2 else frozenset()
        excludes = frozenset({f"W{rng.randrange(number)}"}) - requires if number and rng.random() < 0.1 else frozenset()
        works.append(Investment(f"W{number}", cost * UNIT_FEN, values, number in (3, 7), requires=requires, excludes=excludes))
    return works


def _works() -> list[Result]:
    works = draw_works(Random(60))  # noqa: S311 - the same works each time
    half = sum(work.cost_fen for work in works) // UNIT_FEN // 3 * UNIT_FEN
    began = time.process_time()
    robust = choose_robust(works, {("plan", 2026): half})
    chosen = 0 if robust is None else len(robust.portfolio.chosen)
    worth = min(one.value for one in robust.best.values())
    return [
        Result(f"{WORKS} works in {len(SCENARIOS)} scenarios, {chosen} chosen", time.process_time() - began, "s CPU", 90),
        Result("works: greatest regret, of the worth of a best set", 100 * max(robust.regrets.values()) / worth, "%"),
        Result("works: regret above its bound at most, of that worth", 100 * robust.gap / worth, "%", 2),
    ]


def _fibre(session: Session, region: int, options) -> list[Result]:
    demands = _take(session, region, options.planning_addresses)
    get_route_graph(session, region)
    began, used = time.perf_counter(), time.process_time()
    _, found = ask_designs(session, region, demands, Wish(300.0, seconds=options.planning_seconds))
    fen = sum(one.fen for one in found)
    lines = sum(one.lines for one in found)
    size = f"{len(demands):,} buildings, {lines:,} lines, {len(found)} areas"
    return [
        Result(f"fibre for {options.planning_addresses:,} addresses: {size}", time.perf_counter() - began, "s", 600),
        Result("fibre: processor time", time.process_time() - used, "s CPU"),
        Result("fibre: cost", fen / 1_000_000, "万元"),
        Result("fibre: boxes above the bound at most", _gap([(one.boxes.gap_ratio, one.boxes.fen) for one in found]), "%", 5),
        Result("fibre: trees above the bound at most", _gap([(one.tree.gap_ratio, one.tree.cost) for one in found]), "%", 5),
        Result("fibre: areas beyond their class of PON", sum(bool(one.faults) for one in found), ""),
    ]


def _gap(parts: list[tuple[float, float]]) -> float:
    """The gap of all parts in %, each weighed by its cost."""
    return 100 * sum(gap * cost for gap, cost in parts) / max(sum(cost for _, cost in parts), 1e-9)


def _take(session: Session, region: int, wanted: int) -> list[Demand]:
    """Buildings in order of code until so many addresses are held; fewer where the region has not so many."""
    sql = """SELECT b.code, count(*) FROM building b JOIN address a ON a.region_id = :region AND a.building_id = b.id
             WHERE b.region_id = :region GROUP BY b.code ORDER BY b.code"""
    codes, held = [], 0
    for code, count in session.execute(text(sql), {"region": region}):
        if held >= wanted:
            break
        codes.append(code)
        held += count
    return list_demands(session, region, addresses=codes)
