"""Traces at one million joints and ten million strands: with names, lengths and losses, against the bare statement on the same connection.

The chains of ``continuity`` are used, and beside them ways of 20 strands with 19 panels, as from office to office.
"""
import time
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.rules.terminations import A_END, BACK, FRONT, Z_END, conductor_end, port_end
from app.topology.trace import trace_hops, trace_ways
from scripts.benchmarks import continuity
from scripts.benchmarks.continuity import HALVES, HOPS
from scripts.benchmarks.meter import Meter
from scripts.benchmarks.results import Result, median
from scripts.benchmarks.scratch import REGION, scratch_database

CABLES, WAYS, AT_ONCE, RUNS = 20, 200, 1000, 50
LINKS = 2 * (CABLES - 1)
NEXT = text(
    "SELECT j.end_key, j.mate_key, j.joint_id, k.code || '/' || g.code || ':' || n.no AS strand, g.sheath_m, e.code || '/' || p.no AS port"
    " FROM joint_end j LEFT JOIN conductor n ON n.region_id = :region AND n.id = CASE WHEN j.mate_key & 7 < 4 THEN j.mate_key >> 3 END"
    " LEFT JOIN cable_segment g ON g.region_id = :region AND g.id = n.segment_id"
    " LEFT JOIN cable k ON k.region_id = :region AND k.id = g.cable_id"
    " LEFT JOIN port p ON p.region_id = :region AND p.id = CASE WHEN j.mate_key & 7 >= 4 THEN j.mate_key >> 3 END"
    " LEFT JOIN equipment e ON e.region_id = :region AND e.id = p.equipment_id WHERE j.region_id = :region AND j.end_key = :end_key"
)

CUT = text(
    "WITH gone AS (DELETE FROM joint_end n USING joint_end o WHERE o.region_id = :region AND o.end_key = :end_key"
    " AND n.region_id = :region AND n.joint_id = o.joint_id RETURNING n.joint_id)"
    " DELETE FROM joint WHERE region_id = :region AND id IN (SELECT joint_id FROM gone)"
)


def add_options(parser) -> None:
    parser.add_argument("--trace-ways", type=int, default=WAYS, help="ways of 20 cables and 19 panels for trace (default: 200)")


def measure(url: str, options) -> list[Result]:
    """Times of traces; a trace that misses a hop ends the measurement."""
    chains = options.joints // HOPS
    stride = (options.conductors - 3 * continuity.OUTPUTS) // (HOPS + 1)
    with scratch_database(url, "trace") as engine:
        continuity._load(engine, options.conductors, chains, stride)
        tree = continuity._add_tree(engine, options.conductors)
        starts = _add_ways(engine, options.trace_ways, chains, stride)
        with Session(engine) as session:
            results = _measure(session, starts, tree)
        return [*results, *_cut_and_restore(engine, starts[:RUNS])]


def _measure(session, starts: list[int], tree: int) -> list[Result]:
    things = [("conductor", start >> 3) for start in starts]
    # One after the other for each way, so that a busy moment of the machine slows all three.
    bare, told, hop_by_hop = _timed(
        session,
        (lambda start: len(trace_hops(session, REGION, start)), starts),
        (lambda thing: len(trace_ways(session, REGION, [thing])[0].hops) - 1, things),
        (lambda start: _follow(session, start), starts),
        expected=LINKS,
    )
    root = [("conductor", tree >> 3)] * RUNS
    ask_bare = (lambda start: len(trace_hops(session, REGION, start)), [tree] * RUNS)
    (bare_tree,) = _timed(session, ask_bare, expected=2 * continuity.OUTPUTS + 1)
    # The strand itself, the splitter's input, and for each output the port and two strands.
    ask_tree = (lambda thing: len(trace_ways(session, REGION, [thing])[0].hops), root)
    (whole_tree,) = _timed(session, ask_tree, expected=2 + 3 * continuity.OUTPUTS)
    many = [things[number % len(things)] for number in range(AT_ONCE)]
    together = Meter(session)
    if any(len(one.hops) != LINKS + 1 for one in together.take(lambda: trace_ways(session, REGION, many))):
        raise SystemExit("one of many traces missed a hop")
    return [
        Result(f"{CABLES} cables and {CABLES - 1} panels, bare statement, median of {len(starts)}", bare.wall, "ms"),
        Result("  with names, lengths, losses and claims, three statements", told.wall, "ms"),
        Result("  as a multiple of the bare statement, by processor time", told.processor / bare.processor, "x", 8),
        Result("  with one query for each hop", hop_by_hop.wall, "ms"),
        Result("  with one query for each hop, as a multiple of the bare statement", hop_by_hop.processor / bare.processor, "x"),
        Result(f"1:{continuity.OUTPUTS} tree, bare statement, median of {RUNS}", bare_tree.wall, "ms"),
        Result("  with names, lengths, losses and claims", whole_tree.wall, "ms"),
        Result(f"{AT_ONCE} traces at once, for each", together.wall / AT_ONCE, "ms"),
        Result("  of it processor time, here and in the database", together.processor / AT_ONCE, "ms"),
    ]


def _timed(session, *calls: tuple, expected: int) -> list[Meter]:
    """The times of each (call, what it is called with), the calls by turns."""
    meters = [Meter(session) for _ in calls]
    for given in zip(*(given for _, given in calls), strict=True):
        for meter, (call, _), one in zip(meters, calls, given, strict=True):
            found = meter.take(partial(call, one))
            if found != expected:
                raise SystemExit(f"a trace found {found} joints instead of {expected}")
    return meters


def _cut_and_restore(engine, starts: list[int]) -> list[Result]:
    """A joint in the middle taken out and made again, with commit and journal each time: nothing is stored that would be traced anew."""
    cuts, restores, halves = [], [], []
    for start in starts:
        with Session(engine) as session:
            middle = trace_hops(session, REGION, start)[LINKS // 2]
        began = time.perf_counter()
        with Session(engine) as session, session.begin():
            session.execute(CUT, {"region": REGION, "end_key": middle.from_key})
        cut = time.perf_counter()
        with Session(engine) as session:
            halves.append(len(trace_hops(session, REGION, start)))
        began_again = time.perf_counter()
        with Session(engine) as session, session.begin():
            _join(session, middle.from_key, middle.at_key)
        restores.append((time.perf_counter() - began_again) * 1000)
        cuts.append((cut - began) * 1000)
        with Session(engine) as session:
            if len(trace_hops(session, REGION, start)) != LINKS:
                raise SystemExit("a trace misses the joint that was made again")
    if set(halves) != {LINKS // 2}:
        raise SystemExit(f"a trace goes {halves[0]} joints far instead of {LINKS // 2} where the next one is cut")
    return [
        Result(f"a joint in the middle cut, median of {len(starts)}", median(cuts), "ms"),
        Result("  and made again", median(restores), "ms"),
    ]


def _follow(session, start: int) -> int:
    """The joints passed, one query for each, with names and lengths."""
    key, count = start, 0
    while row := session.execute(NEXT, {"region": REGION, "end_key": key}).first():
        key, count = row.mate_key ^ 1, count + 1
    return count


def _add_ways(engine, count: int, chains: int, stride: int) -> list[int]:
    """The terminations at which ways of 20 strands and 19 panels begin; the strands lie far apart, as those of different segments do."""
    panels = -(-count * (CABLES - 1) // 144)
    with Session(engine) as session, session.begin():
        ports = session.execute(
            text(
                "WITH new AS (INSERT INTO equipment (region_id, code, model_id, structure_id) SELECT t.region_id, 'ODF-' || no, m.id, t.id"
                " FROM structure t, equipment_model m, generate_series(1, :panels) AS no"
                " WHERE t.region_id = :region AND t.code_key = 'MH-A' AND m.code = 'ODF-144' RETURNING id, model_id)"
                " INSERT INTO port (region_id, equipment_id, no, role, port_type)"
                " SELECT :region, new.id, p.no, p.role, p.port_type FROM new JOIN model_port p ON p.model_id = new.model_id RETURNING id"
            ),
            {"region": REGION, "panels": panels},
        ).scalars().all()
        starts = []
        for way in range(count):
            # Strands between those of the chains: the last of them in each stride are free.
            strands = [hop * stride + stride - way for hop in range(CABLES)]
            own = ports[way * (CABLES - 1): (way + 1) * (CABLES - 1)]
            starts.append(conductor_end(strands[0], Z_END))
            for hop, port in enumerate(own):
                _join(session, conductor_end(strands[hop], Z_END), port_end(port, BACK))
                _join(session, port_end(port, FRONT), conductor_end(strands[hop + 1], A_END))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE joint_end, joint, port, equipment, conductor, circuit_carrier"))
    if chains > stride - count:
        raise SystemExit("trace needs more strands for its ways")
    return starts


def _join(session, left: int, right: int) -> None:
    session.execute(HALVES, {"region": REGION, "owns": [left, right], "mates": [right, left]})
