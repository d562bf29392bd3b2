"""The route graph of the county: built, kept, asked. Measured on the region that DATABASE_URL holds, which is only read."""
import time
import tracemalloc
from functools import partial
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import make_engine
from app.core.errors import SystemFault
from app.topology.dependency import build_dependency
from app.topology.mesh import Mesh, find_weakness
from app.topology.route_graph import RouteGraph, build_route_graph, build_section_cables
from app.topology.routes import Wish, plan_route, plan_two_routes
from app.topology.spare import find_spare
from app.topology.strand_graph import build_strand_graph
from app.topology.weak_points import count_losses
from scripts.benchmarks.results import Result, median

MEBIBYTE = 1 << 20


def add_options(parser) -> None:
    parser.add_argument("--graph-runs", type=int, default=5, help="runs of each question of graph; the median counts (default: 5)")
    parser.add_argument("--graph-region", default="421000", help="region whose graph is measured (default: 421000)")


def measure(url: str, options) -> list[Result]:
    """Build times, memory, and questions between offices; a region without sections is not measured."""
    engine = make_engine(url)
    with Session(engine) as session:
        region = session.execute(text("SELECT id FROM region WHERE code = :code"), {"code": options.graph_region}).scalar()
        has_rows = "SELECT EXISTS (SELECT FROM section WHERE region_id = :region)"
        if region is None or not session.execute(text(has_rows), {"region": region}).scalar_one():
            raise SystemFault(
                "NOTHING_TO_MEASURE", "graph needs a region with sections", next_step="load the demo county first: scripts/run"
            )
        results = _measure(session, region, options.graph_runs)
    engine.dispose()
    return results


def _measure(session: Session, region: int, runs: int) -> list[Result]:
    graph: RouteGraph = build_route_graph(session, region)
    strands = build_strand_graph(session, region)
    cables = build_section_cables(session, region)
    offices = _offices(session, region, graph)
    size = f"{len(graph.mesh.nodes):,} structures, {len(graph.mesh.edges):,} sections"
    results = [
        Result(f"route graph built: {size}", _seconds(partial(build_route_graph, session, region), runs), "s"),
        Result("memory of the route graph", _memory(partial(build_route_graph, session, region)) / MEBIBYTE, "MiB"),
        Result(f"strand graph built: {len(strands.bundles):,} bundles", _seconds(partial(build_strand_graph, session, region), runs), "s"),
        Result("bridges and cut nodes", _seconds(partial(find_weakness, graph.mesh), runs) * 1000, "ms"),
        Result(
            "weak points: read, failed one by one, counted",
            _seconds(lambda: count_losses(build_dependency(session, region)), runs), "s", 10,
        ),
    ]
    questions = {
        "cheapest way": lambda a, z: plan_route(graph, a, z, Wish()),
        "five ways": lambda a, z: plan_route(graph, a, z, Wish(), count=5),
        "two ways without a common section": lambda a, z: plan_two_routes(graph, a, z, Wish(), "section", cables),
        "two ways without a common structure": lambda a, z: plan_two_routes(graph, a, z, Wish(), "structure", cables),
        "two ways without a common cable": lambda a, z: plan_two_routes(graph, a, z, Wish(), "cable", cables),
        "spare strands": lambda a, z: find_spare(strands, a, z),
    }
    pairs = [Random(place).sample(offices, 2) for place in range(runs)]  # noqa: S311 - the same pairs each time
    for name, ask in questions.items():
        seconds = median(_seconds(partial(ask, *pair), 1) for pair in pairs)
        results.append(Result(f"{name} between offices, median of {runs} pairs", seconds * 1000, "ms"))
    return results


def _offices(session: Session, region: int, graph: RouteGraph) -> list[int]:
    sites = session.execute(text("SELECT structure_id FROM site WHERE region_id = :region ORDER BY id"), {"region": region}).scalars().all()
    known = [key for key in sites if key in graph.mesh.node_places]
    if len(known) < 2:
        raise SystemFault("NOTHING_TO_MEASURE", "graph needs two offices", next_step="load the demo county first: scripts/run")
    return known


def _seconds(work, runs: int) -> float:
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def _memory(build) -> int:
    """Bytes that a graph holds, once asked for its arcs."""
    tracemalloc.start()
    kept = build()
    mesh: Mesh = kept.mesh
    len(mesh.arcs), len(mesh.ends), len(mesh.node_places)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held
