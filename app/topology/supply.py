"""The power graph: who feeds whom, what dies with each source, and what hangs on one source alone. Pure."""
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import networkx

# A load in the graph: ("equipment", key) or ("rack", key).
Load = tuple[str, int]


@dataclass(frozen=True)
class Feed:
    """One feed; a store (battery) bears its load for hours only."""

    source: int
    load: Load
    is_store: bool


def build_power_graph(feeds: Iterable[Feed]) -> networkx.DiGraph:
    """The graph from sources to loads; an edge is ``is_store`` where nothing but a store feeds that way."""
    graph = networkx.DiGraph()
    for feed in feeds:
        graph.add_edge(("equipment", feed.source), feed.load, is_store=feed.is_store)
    return graph


def find_dead(graph: networkx.DiGraph, failed: Iterable[Load]) -> set[Load]:
    """What is without power once the stores are empty, the failed things included: all feeds but those of stores come from dead things.

    A load that only stores feed lives as long as one of them.
    """
    dead = set(failed)
    waiting = list(dead)
    while waiting:
        for load in graph.successors(waiting.pop()):
            if load not in dead and _is_dark(graph, load, dead):
                dead.add(load)
                waiting.append(load)
    return dead


def find_single_sources(graph: networkx.DiGraph) -> dict[Load, set[Load]]:
    """For each thing that feeds others, the loads that die with it, itself left out; only those on which something hangs."""
    found = {node: find_dead(graph, [node]) - {node} for node in graph if graph.out_degree(node)}
    return {node: dead for node, dead in found.items() if dead}


def find_roots(graph: networkx.DiGraph) -> dict[Load, set[Load]]:
    """Of each load that nothing feeds further, the sources that begin its feeds (mains, gensets); stores are none."""
    solid = networkx.DiGraph((a, b) for a, b, is_store in graph.edges(data="is_store") if not is_store)
    origins = [node for node in solid if not solid.in_degree(node)]
    found: dict[Load, set[Load]] = defaultdict(set)
    for origin in origins:
        for load in networkx.descendants(solid, origin):
            if not solid.out_degree(load):
                found[load].add(origin)
    return dict(found)


def find_cycles(graph: networkx.DiGraph) -> list[list[Load]]:
    """Things that feed each other in a ring, which power never does (K13)."""
    return [sorted(part) for part in networkx.strongly_connected_components(graph) if len(part) > 1]


def _is_dark(graph: networkx.DiGraph, load: Load, dead: set[Load]) -> bool:
    feeders = list(graph.predecessors(load))
    solid = [feeder for feeder in feeders if not graph.edges[feeder, load]["is_store"]]
    return all(feeder in dead for feeder in solid or feeders)
