"""Ways over idle strands: nothing is pulled, only patched; two ways fail apart where they share no section, structure or cable."""
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import inf

from app.core.errors import InputError
from app.topology.paths import Net, Way, distances, find_risk_pair, find_ways
from app.topology.route_graph import PRICES, RouteGraph
from app.topology.strand_graph import Bundle, StrandGraph


@dataclass(frozen=True)
class StrandLeg:
    """Idle strands of one bundle: codes of its segments in order of the way, its end structures, and how many are idle."""

    segments: tuple[str, ...]
    start: int
    end: int
    metres: float
    fen: int
    idle: int


@dataclass(frozen=True)
class StrandPlan:
    """A way over idle strands; ``least_idle`` bounds how many such ways there are side by side."""

    legs: tuple[StrandLeg, ...]
    metres: float
    fen: int
    least_idle: int


@dataclass(frozen=True)
class StrandAnswer:
    """As `routes.RouteAnswer`; ``cuts`` are (kind, key) of a section, structure or cable that every way passes."""

    plans: tuple[StrandPlan, ...]
    reason: str = ""
    told: str = ""
    cuts: tuple[tuple[str, int], ...] = ()
    values: Mapping[str, object] = field(hash=False, default_factory=dict)


@dataclass(frozen=True)
class StrandWish:
    """What a way must be; keys of structures, sections and cables that it must not pass."""

    with_splices: bool = False
    most_metres: float = inf
    structures: frozenset[int] = frozenset()
    sections: frozenset[int] = frozenset()
    cables: frozenset[int] = frozenset()


def plan_strands(
    graph: StrandGraph, route: RouteGraph, ends: tuple[int, int], wish: StrandWish, *, count: int = 1, apart: str | None = None
) -> StrandAnswer:
    """The cheapest ways over idle strands between two structures (keys), or the two that share nothing of kind ``apart``.

    Raises
    ------
    InputError
        ``SAME_ENDS``.
    """
    if ends[0] == ends[1]:
        raise InputError("SAME_ENDS", "both ends are the same structure", next_step="name two places")
    passed = [_passed(graph, route, bundle) for bundle in graph.bundles]
    net = _net(graph, passed, wish)
    places = [graph.mesh.node_places.get(key) for key in ends]
    if None in places:
        return StrandAnswer((), "NO_STRAND", "no idle strand ends in one of the two")
    if apart is None:
        ways = find_ways(net, *places, count)
        return StrandAnswer(tuple(_plan(graph, net, way, wish) for way in ways)) if ways else _why_not(net, places, wish)
    return _two_apart(graph, net, (places, ends), passed, (wish, apart))


def _two_apart(graph: StrandGraph, net: Net, ends, passed: list[Mapping], asked: tuple[StrandWish, str]) -> StrandAnswer:
    (places, keys), (wish, apart) = ends, asked
    # The ends are shared by nature; a bundle's own ends are passed like any other structure.
    risks = [set(held[apart]) - ({*keys} if apart == "structure" else set()) for held in passed]
    pair = find_risk_pair(net, *places, risks)
    plans = tuple(_plan(graph, net, way, wish) for way in pair.ways)
    if not plans:
        return _why_not(net, places, wish)
    if len(plans) == 2:
        return StrandAnswer(plans)
    if not pair.is_settled:
        return StrandAnswer(plans, "NOT_SETTLED", "no second way was found, and no proof that there is none")
    told, cuts = f"every way passes the same {apart}", tuple((apart, key) for key in pair.cuts)
    return StrandAnswer(plans, "NOT_APART", told, cuts, {"apart": apart})


def _passed(graph: StrandGraph, route: RouteGraph, bundle: Bundle) -> dict[str, Collection[int]]:
    segments = [graph.segments[key] for key in bundle.segments]
    sections = {section for segment in segments for section in segment.sections}
    structures = {end for segment in segments for end in segment.ends}
    places, nodes = route.mesh.edge_places, route.mesh.nodes
    structures |= {int(nodes[node]) for section in sections if section in places for node in route.mesh.ends[places[section]]}
    return {"section": sections, "structure": structures, "cable": {segment.cable_id for segment in segments}}


def _net(graph: StrandGraph, passed: list[Mapping], wish: StrandWish) -> Net:
    avoided = {"section": wish.sections, "structure": wish.structures, "cable": wish.cables}
    price, cost = PRICES["strand"], []
    for place, bundle in enumerate(graph.bundles):
        is_open = graph.capacity(place, wish.with_splices) and all(keys.isdisjoint(passed[place][kind]) for kind, keys in avoided.items())
        cost.append(bundle.metres * price.fen_per_m + price.fen_each if is_open else inf)
    return Net(graph.mesh, cost, frozenset(), wish.most_metres)


def _plan(graph: StrandGraph, net: Net, way: Way, wish: StrandWish) -> StrandPlan:
    legs = []
    for edge, start in zip(way.edges, way.nodes, strict=False):
        bundle, key = graph.bundles[edge], int(graph.mesh.nodes[start])
        forward = key == bundle.ends[0]
        codes = tuple(graph.segments[segment].code for segment in bundle.segments)
        ends = bundle.ends if forward else bundle.ends[::-1]
        legs.append(StrandLeg(
            codes if forward else codes[::-1], *ends, bundle.metres, round(net.cost[edge]), graph.capacity(edge, wish.with_splices)
        ))
    return StrandPlan(tuple(legs), way.metres, round(way.cost), min(leg.idle for leg in legs))


def _why_not(net: Net, places: list[int], wish: StrandWish) -> StrandAnswer:
    far = distances(net, places[1], net.mesh.metres.tolist())[places[0]]
    if far < inf:
        told = f"the shortest way is {far:.0f} m long, the limit is {wish.most_metres:.0f} m"
        return StrandAnswer((), "TOO_LONG", told, values={"metres": f"{far:.0f}", "limit": f"{wish.most_metres:.0f}"})
    return StrandAnswer((), "NO_STRAND", "no row of idle strands leads from one to the other")
