"""Idle strands between two places: the largest flow is the smallest cut, by trying every cut; what the cut names holds all of it up."""
from itertools import combinations

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st

from app.topology.spare import find_flow

FEW = settings(max_examples=150, deadline=None, database=None)


@st.composite
def networks(draw):
    """Capacities by pair of nodes; 0 and 1 are the ends of the question, and need not hang together."""
    count = draw(st.integers(2, 7))
    pairs = list(combinations(range(count), 2))
    held = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=len(pairs)))
    return count, {pair: draw(st.integers(1, 9)) for pair in held}


def crossing(capacities, near) -> list[tuple[int, int]]:
    return [pair for pair in capacities if (pair[0] in near) != (pair[1] in near)]


@FEW
@given(networks())
def test_largest_flow_is_the_smallest_cut(network):
    count, capacities = network
    others = range(2, count)
    sides = [{0, *some} for size in range(len(others) + 1) for some in combinations(others, size)]
    least = min(sum(capacities[pair] for pair in crossing(capacities, near)) for near in sides)
    flow = find_flow(capacities, 0, 1)
    named = [capacities[min(pair), max(pair)] for pair in flow.cut]
    assert flow.value == least == sum(named)


@FEW
@given(networks())
def test_flow_keeps_to_the_capacities_and_nothing_is_lost_on_the_way(network):
    count, capacities = network
    flow = find_flow(capacities, 0, 1)
    assert all(0 < passing <= capacities[min(pair), max(pair)] for pair, passing in flow.used.items())
    gain = [sum(passing for (_, to), passing in flow.used.items() if to == node) - sum(
        passing for (at, _), passing in flow.used.items() if at == node) for node in range(count)]  # fmt: skip
    assert gain == [-flow.value, flow.value, *(0 for _ in range(2, count))]


@FEW
@given(networks())
def test_removing_what_the_cut_names_disconnects(network):
    _, capacities = network
    flow = find_flow(capacities, 0, 1)
    graph = networkx.Graph(list(capacities))
    graph.add_nodes_from((0, 1))
    assert networkx.has_path(graph, 0, 1) == (flow.value > 0) == bool(flow.cut)
    graph.remove_edges_from(flow.cut)
    assert not networkx.has_path(graph, 0, 1)
