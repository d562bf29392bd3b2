"""Ways through small random networks, held against networkx and against trying everything."""
from itertools import combinations
from math import inf, isclose

import networkx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.topology.mesh import find_weakness, make_mesh
from app.topology.paths import Net, find_pair, find_risk_pair, find_way, find_ways, must_pass

FEW = settings(max_examples=150, deadline=None, database=None)


@st.composite
def nets(draw, most_nodes=8, most_edges=14):
    """A net with parallel edges and, at times, several parts; the first and the last node are the ends of the question."""
    count = draw(st.integers(2, most_nodes))
    node = st.integers(0, count - 1)
    ends = draw(st.lists(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), max_size=most_edges))
    metres = draw(st.lists(st.integers(1, 9), min_size=len(ends), max_size=len(ends)))
    cost = draw(st.lists(st.integers(0, 9), min_size=len(ends), max_size=len(ends)))
    mesh = make_mesh([10 * key for key in range(count)], range(len(ends)), [10 * a for a, _ in ends], [10 * b for _, b in ends], metres)
    return Net(mesh, [float(value) for value in cost])


def graph_of(net: Net) -> networkx.MultiGraph:
    graph = net.mesh.to_networkx()
    for _, _, key, told in graph.edges(keys=True, data=True):
        told["cost"] = net.cost[key]
    return graph


def is_right(net: Net, way, start, goal) -> bool:
    """True for a way from start to goal over edges that join its nodes, no node twice."""
    joined = all({a, b} == set(net.mesh.ends[edge]) for edge, a, b in zip(way.edges, way.nodes, way.nodes[1:], strict=False))
    return joined and (way.nodes[0], way.nodes[-1]) == (start, goal) and len(set(way.nodes)) == len(way.nodes) == len(way.edges) + 1


def every_way(net: Net, start: int, goal: int) -> list[tuple[float, float, tuple]]:
    """All ways as (cost, metres, edges), the cheapest first, by trying."""
    found = []
    for path in networkx.all_simple_edge_paths(net.mesh.to_networkx(), start, goal):
        edges = tuple(key for _, _, key in path)
        found.append((sum(net.cost[edge] for edge in edges), float(sum(net.mesh.metres[edge] for edge in edges)), edges))
    return sorted(found)


@FEW
@given(nets())
def test_ways_come_in_order_of_cost_and_are_all_there(net):
    start, goal = 0, len(net.mesh.nodes) - 1
    tried, ways = every_way(net, start, goal), find_ways(net, start, goal, 500)
    assert [way.cost for way in ways] == [cost for cost, _, _ in tried]
    assert {way.edges for way in ways} == {edges for _, _, edges in tried}
    assert all(is_right(net, way, start, goal) for way in ways)
    assert [way.cost for way in ways] == sorted(way.cost for way in ways)


@FEW
@given(nets(), st.integers(1, 30))
def test_limit_of_length_gives_the_cheapest_that_keeps_to_it(net, most):
    start, goal = 0, len(net.mesh.nodes) - 1
    short = [one for one in every_way(net, start, goal) if one[1] <= most]
    limited = Net(net.mesh, net.cost, most_metres=most)
    way = find_way(limited, start, goal)
    assert (way is None) == (not short)
    if way:
        assert way.cost == short[0][0] and way.metres <= most and is_right(net, way, start, goal)
    assert [found.cost for found in find_ways(limited, start, goal, 500)] == [cost for cost, _, _ in short]


@FEW
@given(nets(), st.booleans())
def test_two_ways_share_nothing_and_no_two_are_cheaper(net, shares_nodes):
    start, goal = 0, len(net.mesh.nodes) - 1
    every = every_way(net, start, goal)
    nodes = {edges: {node for edge in edges for node in net.mesh.ends[edge]} - {start, goal} for _, _, edges in every}
    totals = [
        one[0] + other[0]
        for one, other in combinations(every, 2)
        if not set(one[2]) & set(other[2]) and (shares_nodes or not nodes[one[2]] & nodes[other[2]])
    ]
    pair = find_pair(net, start, goal, shares_nodes)
    assert len(pair.ways) == (2 if totals else 1 if every else 0)
    assert all(is_right(net, way, start, goal) for way in pair.ways)
    if totals:
        left, right = pair.ways
        assert isclose(left.cost + right.cost, min(totals)) and not set(left.edges) & set(right.edges)
        assert shares_nodes or set(left.nodes) & set(right.nodes) == {start, goal}


@FEW
@given(nets(), st.booleans())
def test_what_every_way_passes_parts_the_ends(net, shares_nodes):
    start, goal = 0, len(net.mesh.nodes) - 1
    every = every_way(net, start, goal)
    assume(every)
    cuts = must_pass(net, start, goal, nodes=not shares_nodes)
    if shares_nodes:
        assert set(cuts) == set.intersection(*(set(edges) for _, _, edges in every))
    else:
        passed = [{node for edge in edges for node in net.mesh.ends[edge]} - {start, goal} for _, _, edges in every]
        assert set(cuts) == set.intersection(*passed)
    pair = find_pair(net, start, goal, shares_nodes)
    if len(pair.ways) == 1:
        # Ends that one edge alone joins have no node between them to name.
        assert pair.cuts == cuts and (cuts or not shares_nodes)
        for cut in cuts:
            closed = Net(net.mesh, [inf if shares_nodes and edge == cut else cost for edge, cost in enumerate(net.cost)],
                         frozenset() if shares_nodes else frozenset({cut}))
            assert find_way(closed, start, goal) is None


@FEW
@given(nets(most_edges=10), st.data())
def test_two_ways_share_no_risk_and_no_two_are_cheaper(net, data):
    start, goal = 0, len(net.mesh.nodes) - 1
    count = len(net.mesh.edges)
    risks = data.draw(st.lists(st.sets(st.integers(0, 5), min_size=1, max_size=2), min_size=count, max_size=count))
    every = every_way(net, start, goal)
    held = {edges: {risk for edge in edges for risk in risks[edge]} for _, _, edges in every}
    totals = [one[0] + other[0] for one, other in combinations(every, 2) if not held[one[2]] & held[other[2]]]
    pair = find_risk_pair(net, start, goal, risks, tries=1000)
    assert pair.is_settled
    assert len(pair.ways) == (2 if totals else 1 if every else 0)
    if totals:
        left, right = pair.ways
        assert isclose(left.cost + right.cost, min(totals)) and not held[left.edges] & held[right.edges]
    for cut in pair.cuts:
        assert all(cut in risks_on_way for risks_on_way in held.values())


@FEW
@given(nets(most_nodes=10, most_edges=20))
def test_bridges_cut_nodes_and_parts_are_those_of_networkx(net):
    graph, weakness = net.mesh.to_networkx(), find_weakness(net.mesh)
    simple = networkx.Graph(graph)
    assert {frozenset(net.mesh.ends[edges[0]]) for edges in weakness.thin_pairs} == {frozenset(pair) for pair in networkx.bridges(simple)}
    assert set(weakness.bridges) == {graph_key(graph, a, b) for a, b in networkx.bridges(graph)}
    assert set(weakness.cut_nodes) == set(networkx.articulation_points(simple))
    assert sorted(map(set, weakness.components), key=sorted) == sorted(networkx.connected_components(graph), key=sorted)
    parts = networkx.number_connected_components(graph)
    for edge in weakness.bridges:
        less = graph.copy()
        less.remove_edge(*net.mesh.ends[edge], key=edge)
        assert networkx.number_connected_components(less) == parts + 1


def graph_key(graph, a, b):
    return next(iter(graph[a][b]))


def test_a_loop_at_a_node_is_no_bridge():
    mesh = make_mesh([1, 2], [7, 8], [1, 1], [1, 2], [1, 1])
    assert find_weakness(mesh).bridges == (1,)


def test_an_edge_without_its_node_is_left_out():
    mesh = make_mesh([1, 2], [7, 8], [1, 1], [2, 3], [5, 5])
    assert mesh.edges.tolist() == [7]


def test_closed_nodes_are_gone_round():
    mesh = make_mesh([1, 2, 3, 4], range(4), [1, 2, 1, 3], [2, 4, 3, 4], [1, 1, 5, 5])
    way = find_way(Net(mesh, [1.0, 1.0, 5.0, 5.0], frozenset({1})), 0, 3)
    assert way.nodes == (0, 2, 3) and way.metres == 10


@pytest.mark.parametrize("tries", [1, 40])
def test_open_question_is_told_as_open(tries):
    """Each two of three ways share a risk and no risk lies under all of them: no single cut proves anything, only trying all does."""
    mesh = make_mesh([1, 2], range(3), [1, 1, 1], [2, 2, 2], [1, 1, 1])
    pair = find_risk_pair(Net(mesh, [1.0, 2.0, 3.0]), 0, 1, [{0, 1}, {1, 2}, {2, 0}], tries)
    assert (len(pair.ways), pair.is_settled, pair.cuts) == (1, tries > 3, ())
