"""How many strands are idle all the way between two structures, and what keeps it from being more (max-flow, min-cut)."""
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import networkx
from networkx.algorithms.flow import shortest_augmenting_path

from app.core.errors import InputError
from app.topology.strand_graph import Bundle, StrandGraph


@dataclass(frozen=True)
class Flow:
    """A largest flow between two nodes and a smallest cut.

    Attributes
    ----------
    value
        What passes at most.
    used
        Of each pair of nodes (from, to) what flows that way.
    cut
        Pairs of nodes (near, far) whose capacities sum to the value.
    """

    value: int
    used: Mapping[tuple[int, int], int]
    cut: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class SpareWay:
    """Strands used of one bundle: codes of its segments in order, and how many."""

    segments: tuple[str, ...]
    ends: tuple[int, int]
    count: int
    metres: float


@dataclass(frozen=True)
class Bottleneck:
    """A segment that bounds a bundle of the cut; ``passing`` is how many of its idle strands pass here."""

    segment_id: int
    segment: str
    idle: int
    passing: int


@dataclass(frozen=True)
class SpareAnswer:
    """What is idle between two structures.

    Attributes
    ----------
    strands
        Strands that can be given out at once, joined all the way, patched at panels where chains meet.
    ways
        The bundles that they pass.
    bottlenecks
        Of each bundle of the cut, the segment with the fewest idle strands.
    sections
        Keys of the sections that every bundle of the cut passes.
    """

    strands: int
    ways: tuple[SpareWay, ...]
    bottlenecks: tuple[Bottleneck, ...]
    sections: tuple[int, ...]


def find_flow(capacities: Mapping[tuple[int, int], int], start: int, goal: int) -> Flow:
    """A largest flow over edges that bear their capacity in either direction."""
    graph = networkx.DiGraph()
    graph.add_nodes_from((start, goal))
    for (left, right), capacity in capacities.items():
        graph.add_edge(left, right, capacity=capacity)
        graph.add_edge(right, left, capacity=capacity)
    value, flows = networkx.maximum_flow(graph, start, goal, flow_func=shortest_augmenting_path)
    # What the start still reaches where the flow leaves room lies on the near side of the cut.
    left_over = networkx.DiGraph(
        (a, b) for a, b, told in graph.edges(data=True) if told["capacity"] - flows[a][b] + flows[b][a] > 0
    )
    near = {start, *(networkx.descendants(left_over, start) if start in left_over else ())}
    used = {}
    for left, right in capacities:
        net = flows[left][right] - flows[right][left]
        if net:
            used[(left, right) if net > 0 else (right, left)] = abs(net)
    cut = [(a, b) if a in near else (b, a) for a, b in capacities if (a in near) != (b in near)]
    return Flow(value, used, tuple(sorted(cut)))


def find_spare(graph: StrandGraph, start: int, goal: int, with_splices: bool = False) -> SpareAnswer:
    """The idle strands between two structures (keys).

    Parameters
    ----------
    with_splices
        Count chains too whose ends must first be spliced, in the structures where they end.

    Raises
    ------
    InputError
        ``SAME_ENDS``.
    """
    if start == goal:
        raise InputError("SAME_ENDS", "both ends are the same structure", next_step="name two places")
    by_pair: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, bundle in enumerate(graph.bundles):
        if graph.capacity(place, with_splices):
            by_pair[bundle.ends].append(place)
    capacities = {pair: sum(graph.capacity(place, with_splices) for place in places) for pair, places in by_pair.items()}
    flow = find_flow(capacities, start, goal)
    cut = [place for near, far in flow.cut for place in by_pair[min(near, far), max(near, far)]]
    ways = tuple(way for pair, count in sorted(flow.used.items()) for way in _ways(graph, by_pair, pair, count, with_splices))
    return SpareAnswer(flow.value, ways, _bottlenecks(graph, cut, with_splices), _shared_sections(graph, cut))


def _ways(graph: StrandGraph, by_pair: Mapping, pair: tuple[int, int], count: int, with_splices: bool):
    """The bundles that carry a flow from one structure to the next, the shortest first."""
    for place in sorted(by_pair[min(pair), max(pair)], key=lambda place: graph.bundles[place].metres):
        taken = min(count, graph.capacity(place, with_splices))
        if taken:
            bundle = graph.bundles[place]
            codes = tuple(graph.segments[key].code for key in bundle.segments)
            yield SpareWay(codes if pair == bundle.ends else codes[::-1], pair, taken, bundle.metres)
        count -= taken


def _bottlenecks(graph: StrandGraph, cut: list[int], with_splices: bool) -> tuple[Bottleneck, ...]:
    passing: Counter = Counter()
    for place in cut:
        passing[_narrowest(graph, graph.bundles[place])] += graph.capacity(place, with_splices)
    found = [Bottleneck(key, graph.segments[key].code, graph.segments[key].idle, count) for key, count in passing.items()]
    return tuple(sorted(found, key=lambda one: (-one.passing, one.segment)))


def _narrowest(graph: StrandGraph, bundle: Bundle) -> int:
    return min(bundle.segments, key=lambda key: graph.segments[key].idle)


def _shared_sections(graph: StrandGraph, cut: list[int]) -> tuple[int, ...]:
    held = [{section for key in graph.bundles[place].segments for section in graph.segments[key].sections} for place in cut]
    return tuple(sorted(set.intersection(*held))) if held else ()
