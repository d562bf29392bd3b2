"""Impact of a cable of 288 strands at ten million strands and a million joints, each strand a PON tree of eight customers."""
from datetime import date
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.topology.impact import find_impact
from scripts.benchmarks import continuity
from scripts.benchmarks.continuity import HOPS, STRANDS_OF_SEGMENT
from scripts.benchmarks.meter import Meter
from scripts.benchmarks.results import Result
from scripts.benchmarks.scratch import REGION, scratch_database

STRANDS, RIDERS, RUNS, TREES = 288, 8, 20, 5000
CABLES_IN_SECTION = 10
DAY = date(2026, 3, 1)
STEPS = (
    "INSERT INTO circuit (region_id, code, kind, topology, channel_count)"
    " SELECT :region, 'PON-' || n, 'pon_tree', 'tree', 64 FROM generate_series(1, :trees) n",
    "INSERT INTO circuit_carrier (region_id, circuit_id, path_no, seq, conductor_id)"
    " SELECT :region, id, 1, 1, substr(code, 5)::bigint FROM circuit WHERE region_id = :region AND kind = 'pon_tree'",
    "INSERT INTO circuit (region_id, code, kind)"
    " SELECT :region, 'AC-' || t || '-' || n, 'access' FROM generate_series(1, :trees) t, generate_series(1, :riders) n",
    "INSERT INTO circuit_carrier (region_id, circuit_id, path_no, seq, lower_circuit_id, channel_no)"
    " SELECT :region, a.id, 1, 1, t.id, split_part(a.code, '-', 3)::int FROM circuit a JOIN circuit t ON t.region_id = :region"
    " AND t.code_key = 'PON-' || split_part(a.code, '-', 2) WHERE a.region_id = :region AND a.kind = 'access'",
    "INSERT INTO customer (region_id, code, segment) SELECT :region, 'U-' || n, CASE WHEN n % 50 = 0 THEN 'large' ELSE 'public' END"
    " FROM generate_series(1, :trees * :riders) n",
    "INSERT INTO service (region_id, code, customer_id, product, state, started_on)"
    " SELECT :region, 'V-' || c.code, c.id, 'ftth', 'active', '2025-01-01' FROM customer c WHERE c.region_id = :region",
    "WITH a AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM circuit WHERE region_id = :region AND kind = 'access'),"
    " v AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM service WHERE region_id = :region)"
    " INSERT INTO service_resource (region_id, service_id, circuit_id, started_on) SELECT :region, v.id, a.id, '2025-01-01'"
    " FROM a JOIN v ON v.place = a.place",
    # A section that ten cables follow: so many segments of 144 strands.
    "INSERT INTO section (region_id, code, kind, a_structure_id, z_structure_id, length_m, geom)"
    " SELECT :region, 'SEC-1', 'duct_section', a.id, z.id, 100, ST_GeomFromText('LINESTRING(112.2 30, 112.201 30)', 4490)"
    " FROM structure a, structure z WHERE a.region_id = :region AND z.region_id = :region AND a.code_key = 'MH-A' AND z.code_key = 'MH-Z'",
    "INSERT INTO cable_run (region_id, segment_id, seq, section_id, is_reversed) SELECT :region, n, 1, s.id, false"
    " FROM section s, generate_series(1, :cables) n WHERE s.region_id = :region",
)


def add_options(parser) -> None:
    parser.add_argument("--trees", type=int, default=TREES, help="PON trees for impact, one on each strand (default: 5000)")
    parser.add_argument("--impact-runs", type=int, default=RUNS, help="runs of each question of impact; the median counts (default: 20)")


def measure(url: str, options) -> list[Result]:
    """Times of impacts; one that misses a service ends the measurement."""
    chains = options.joints // HOPS
    stride = (options.conductors - 3 * continuity.OUTPUTS) // (HOPS + 1)
    with scratch_database(url, "impact") as engine:
        continuity._load(engine, options.conductors, chains, stride)
        _add_use(engine, options.trees)
        with Session(engine) as session:
            cable = [("segment", 1), ("segment", 2)]
            key = session.execute(text("SELECT id FROM section WHERE region_id = :region"), {"region": REGION}).scalar_one()
            cables, ask = _cables(options.trees), partial(_timed, session, options.impact_runs)
            in_cable, in_section = STRANDS * RIDERS, cables * STRANDS_OF_SEGMENT * RIDERS
            strand, section = [("conductor", 7)], [("section", key)]
            return [
                *_results(f"one strand, {RIDERS} services", ask(strand, RIDERS)),
                *_results(f"a cable of {STRANDS} strands, {in_cable} services", ask(cable, in_cable), 250),
                *_results(f"a section with {cables} cables, {in_section} services", ask(section, in_section)),
            ]


def _cables(trees: int) -> int:
    """Cables in the section: ten, or as many as have a tree on every strand."""
    return min(CABLES_IN_SECTION, trees // STRANDS_OF_SEGMENT)


def _add_use(engine, trees: int) -> None:
    given = {"region": REGION, "trees": trees, "riders": RIDERS, "cables": _cables(trees)}
    with Session(engine) as session, session.begin():
        for step in STEPS:
            session.execute(text(step), given)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE circuit, circuit_carrier, customer, service, service_resource, cable_run, section"))


def _timed(session, runs: int, elements: list, expected: int) -> Meter:
    meter = Meter(session)
    for _ in range(runs):
        found = meter.take(lambda: find_impact(session, REGION, elements, day=DAY))
        if found.counts["down"] != expected:
            raise SystemExit(f"an impact found {found.counts['down']} services instead of {expected}")
    return meter


def _results(name: str, meter: Meter, aim_ms: float | None = None) -> list[Result]:
    return [Result(name, meter.wall, "ms"), Result(f"  of it processor time: {name}", meter.processor, "ms", aim_ms)]
