"""The ground for a tree of cables: sections with room, and roads, around the boxes and towards the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy
from scipy import sparse
from scipy.sparse import csgraph

from app.core.errors import RuleError
from app.planning.roads import price_handholes
from app.planning.trees.problem import TreePlan, TreeProblem
from app.topology.paths import Net, distances, find_way
from app.topology.route_graph import LIMITS, PRICES, RouteGraph

# So far beyond the outermost box the ground is looked at, in degrees: a kilometre or so.
_MARGIN = 0.01


@dataclass(frozen=True, eq=False)
class Ground:
    """Sections that take one more cable: ``far`` is what the way to the root costs from each structure, infinite where none leads."""

    graph: RouteGraph
    cost: numpy.ndarray
    root: int
    far: numpy.ndarray


def read_ground(graph: RouteGraph, root: int, taken: Mapping[int, int]) -> Ground:
    """The ground as seen from an office.

    Parameters
    ----------
    root
        Place of its structure.
    taken
        Cables that other designs have laid already, by section (place).
    """
    cost = price_ground(graph, taken)
    return Ground(graph, cost, root, numpy.array(distances(Net(graph.mesh, cost.tolist(), frozenset()), root, cost.tolist())))


def price_ground(graph: RouteGraph, taken: Mapping[int, int]) -> numpy.ndarray:
    """Fen for one more cable through each section; where all holes of a duct section are full another is dug, at its price.

    Along a road where no ducts are, one is dug at the same price, with a handhole. Infinite where nothing can be had: pole spans and
    the like that are full, and what is not sound.
    """
    has_ducts = numpy.array([kind not in LIMITS for kind in graph.section_kinds], dtype=bool)
    price = numpy.where(has_ducts | (graph.free_ducts + graph.free_subducts > 0), PRICES["pull"].fen_per_m, PRICES["hang"].fen_per_m)
    price = price + numpy.where(is_full(graph, taken), PRICES["duct"].fen_per_m, 0)
    fen = graph.mesh.metres * price + price_handholes(graph, covered_places(graph, taken))
    return numpy.where(((room_left(graph, taken) > 0) | has_ducts) & graph.is_sound, fen, inf)


def covered_places(graph: RouteGraph, taken: Mapping[int, int]) -> numpy.ndarray:
    """True for each structure that a cable laid already passes: where it is new, its handhole is in that bill."""
    covered = numpy.zeros(len(graph.mesh.nodes), dtype=bool)
    edges = list(taken)
    covered[graph.mesh.tails[edges]] = covered[graph.mesh.heads[edges]] = True
    return covered


def room_left(graph: RouteGraph, taken: Mapping[int, int]) -> numpy.ndarray:
    """Places for cables in each section, without those that other designs have taken."""
    room = graph.room.copy()
    for edge, count in taken.items():
        room[edge] -= count
    return room


def is_full(graph: RouteGraph, taken: Mapping[int, int]) -> numpy.ndarray:
    """True for each section of ducts without a free hole, where one more cable needs a new one."""
    has_ducts = numpy.array([kind not in LIMITS for kind in graph.section_kinds], dtype=bool)
    return has_ducts & (room_left(graph, taken) <= 0)


def label_offices(graph: RouteGraph, offices: Sequence[int]) -> numpy.ndarray:
    """For each structure the place of the office that is nearest along sections with room; -1 where none can be reached.

    Parameters
    ----------
    offices
        Keys of the structures of offices.

    Raises
    ------
    RuleError
        ``NO_OFFICE``.
    """
    places = [graph.mesh.node_places[key] for key in offices if key in graph.mesh.node_places]
    if not places:
        raise RuleError("NO_OFFICE", "no office has an OLT", next_step="plan an office first")
    cost, mesh = price_ground(graph, {}), graph.mesh
    open_ = numpy.flatnonzero(numpy.isfinite(cost) & (mesh.tails != mesh.heads))
    count = len(mesh.nodes)
    # Of parallel sections the cheapest counts; a matrix would add them up.
    order = open_[numpy.argsort(cost[open_], kind="stable")]
    pairs = numpy.minimum(mesh.tails[order], mesh.heads[order]) * count + numpy.maximum(mesh.tails[order], mesh.heads[order])
    kept = order[numpy.unique(pairs, return_index=True)[1]]
    net = sparse.csr_matrix((cost[kept] + 1e-6, (mesh.tails[kept], mesh.heads[kept])), shape=(count, count))
    _, _, sources = csgraph.dijkstra(net, directed=False, indices=sorted(set(places)), min_only=True, return_predecessors=True)
    return numpy.where(sources >= 0, sources, -1)


def join_boxes(ground: Ground, sites: Sequence[int], seconds: float) -> tuple[list[int], TreePlan]:
    """The sections (places) of the cheapest tree found that joins the office and the sites, and the plan with its bound.

    The tree is looked for around the sites and along the cheapest way to the office.

    Raises
    ------
    RuleError
        ``TREE_PARTED``.
    """
    graph, mesh = ground.graph, ground.graph.mesh
    wanted = sorted({ground.root, *sites})
    if len(wanted) == 1:
        return [], TreePlan((), 0.0, 0.0, True, 0.0)
    spots = numpy.array([(graph.lon[site], graph.lat[site]) for site in sites])
    (west, south), (east, north) = spots.min(axis=0) - _MARGIN, spots.max(axis=0) + _MARGIN
    inside = (graph.lon >= west) & (graph.lon <= east) & (graph.lat >= south) & (graph.lat <= north)
    net = Net(mesh, ground.cost.tolist(), frozenset())
    far = _reach(ground, inside)
    for site in sites:
        if far[site] == inf:
            inside[list(find_way(net, site, ground.root).nodes)] = True
    edges = numpy.flatnonzero(numpy.isfinite(ground.cost) & inside[mesh.tails] & inside[mesh.heads] & (mesh.tails != mesh.heads))
    nodes = numpy.unique(numpy.concatenate([mesh.tails[edges], mesh.heads[edges], wanted]))
    place = numpy.full(len(mesh.nodes), -1, dtype=numpy.int64)
    place[nodes] = numpy.arange(len(nodes))
    problem = TreeProblem(len(nodes), place[mesh.tails[edges]], place[mesh.heads[edges]], ground.cost[edges] / 100, place[wanted])
    # The compiled kernels behind it take long to load, and of all that the site does a design alone needs them.
    from app.planning.trees.plan import plan_tree

    plan = plan_tree(problem, seconds)
    return [int(edges[edge]) for edge in plan.edges], plan


def _reach(ground: Ground, inside: numpy.ndarray) -> list[float]:
    """What the way to the root costs from each structure without leaving what is looked at."""
    mesh = ground.graph.mesh
    cost = numpy.where(inside[mesh.tails] & inside[mesh.heads], ground.cost, inf).tolist()
    return distances(Net(mesh, cost, frozenset()), ground.root, cost)
