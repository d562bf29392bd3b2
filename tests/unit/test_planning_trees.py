"""Cheapest trees: reductions, bounds, searches and the exact table against every choice of nodes."""

import time
from itertools import combinations

import networkx
import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import InputError, RuleError
from app.planning.streets import join_streets
from app.planning.trees.ascent import ascents, needless
from app.planning.trees.clock import now
from app.planning.trees.cuts import solve_by_cuts
from app.planning.trees.plan import plan_tree, warm_up
from app.planning.trees.problem import TreeProblem, make_problem
from app.planning.trees.reductions import reduce_problem
from app.planning.trees.search import TreeSearch
from app.planning.trees.subsets import best_tree


@pytest.fixture(scope="module", autouse=True)
def compiled():
    warm_up()


def brute_force(node_count, edges, terminals):
    """The cost of the cheapest tree, by the spanning trees over the terminals and every set of other nodes."""
    graph = networkx.Graph()
    for tail, head, cost in edges:
        if tail != head and cost < graph.get_edge_data(tail, head, {"weight": numpy.inf})["weight"]:
            graph.add_edge(tail, head, weight=cost)
    others = [node for node in range(node_count) if node not in terminals]
    best = numpy.inf
    for size in range(len(others) + 1):
        for chosen in combinations(others, size):
            part = graph.subgraph([*terminals, *chosen])
            if len(part) == len(terminals) + size and networkx.is_connected(part):
                best = min(best, networkx.minimum_spanning_tree(part).size("weight"))
    return best


@st.composite
def questions(draw):
    count = draw(st.integers(4, 9))
    prices = st.integers(1, 12)
    edges = [(node, draw(st.integers(0, node - 1)), float(draw(prices))) for node in range(1, count)]
    node = st.integers(0, count - 1)
    edges += [(one, two, float(price)) for one, two, price in draw(st.lists(st.tuples(node, node, prices), max_size=10)) if one != two]
    terminals = draw(st.lists(node, min_size=2, max_size=5, unique=True))
    return count, edges, terminals


def joins(problem, edges):
    graph = networkx.Graph()
    graph.add_nodes_from(problem.terminals.tolist())
    graph.add_edges_from((int(problem.tails[edge]), int(problem.heads[edge])) for edge in edges)
    return networkx.is_tree(graph) and set(problem.terminals.tolist()) <= set(graph)


@settings(max_examples=30, deadline=None)
@given(questions())
def test_every_way_of_solving_agrees_with_brute_force(question):
    problem = make_problem(*question)
    best = brute_force(*question)
    assert problem.costs[best_tree(problem)].sum() == pytest.approx(best)
    reduced = reduce_problem(problem)
    rest = reduced.problem.costs[best_tree(reduced.problem)].sum() if len(reduced.problem.terminals) > 1 else 0.0
    assert problem.costs[list(reduced.fixed)].sum() + rest == pytest.approx(best)
    plan = plan_tree(problem, 5.0)
    assert (plan.cost, plan.is_proved) == (pytest.approx(best), True)
    assert joins(problem, plan.edges)


@settings(max_examples=30, deadline=None)
@given(questions())
def test_bound_stays_below_and_strikes_no_edge_of_a_cheaper_tree(question):
    problem = make_problem(*question)
    best = brute_force(*question)
    for root, bound, left in ascents(problem, problem.terminals):
        assert bound <= best + 1e-9
        struck = needless(problem.arrays, problem.terminals, root, left, best - bound + 0.5)
        kept = numpy.flatnonzero(~struck)
        smaller = TreeProblem(problem.node_count, problem.tails[kept], problem.heads[kept], problem.costs[kept], problem.terminals)
        assert smaller.costs[best_tree(smaller)].sum() == pytest.approx(best)


@settings(max_examples=20, deadline=None)
@given(questions())
def test_program_with_cuts_agrees_with_brute_force(question):
    problem = make_problem(*question)
    best = brute_force(*question)
    found = solve_by_cuts(problem, best + 1, now() + 60)
    assert problem.costs[found.kept].sum() == pytest.approx(best)
    # Nothing is cheaper than the best: no tree is given, and the bound says so.
    proof = solve_by_cuts(problem, best, now() + 60)
    assert proof.bound > best - 1
    assert proof.kept is None or problem.costs[proof.kept].sum() == pytest.approx(best)


def grid(side, seed):
    random = numpy.random.default_rng(seed)
    edges = []
    for node in range(side * side):
        if (node + 1) % side:
            edges.append((node, node + 1, float(random.integers(5, 15))))
        if node + side < side * side:
            edges.append((node, node + side, float(random.integers(5, 15))))
    return make_problem(side * side, edges, random.choice(side * side, 9, replace=False))


def test_searches_come_near_the_exact_tree():
    for seed in range(3):
        problem = grid(12, seed)
        best = problem.costs[best_tree(problem)].sum()
        search = TreeSearch(problem, now() + 20)
        search.start(4, [])
        for _ in range(40):
            search.step()
        cost, kept = search.best
        assert joins(problem, numpy.flatnonzero(kept))
        assert cost == pytest.approx(problem.costs[kept].sum())
        assert best <= cost <= 1.02 * best


def test_a_large_tree_keeps_to_its_time_and_tells_its_gap():
    problem = make_problem(*_wide_question())
    began = time.monotonic()
    plan = plan_tree(problem, 1.0)
    assert time.monotonic() - began < 15
    assert joins(problem, plan.edges)
    assert 0 < plan.lower_bound <= plan.cost
    assert plan.gap_ratio == pytest.approx(0.0 if plan.is_proved else (plan.cost - plan.lower_bound) / plan.cost)
    assert plan.gap_ratio < 0.2


def _wide_question():
    wide = grid(40, 7)
    edges = list(zip(wide.tails.tolist(), wide.heads.tolist(), wide.costs.tolist(), strict=True))
    return 1600, edges, numpy.random.default_rng(3).choice(1600, 80, replace=False)


def test_what_can_not_be_joined_is_told():
    with pytest.raises(RuleError) as parted:
        plan_tree(make_problem(4, [(0, 1, 1.0), (2, 3, 1.0)], [0, 3]))
    assert parted.value.code == "TREE_PARTED"
    for question in ((2, [(0, 1, 1.0)], []), (2, [(0, 1, -1.0)], [0]), (2, [(0, 2, 1.0)], [0])):
        with pytest.raises(InputError) as wrong:
            make_problem(*question)
        assert wrong.value.code == "TREE_IMPOSSIBLE"


def test_one_terminal_needs_nothing():
    assert plan_tree(make_problem(2, [(0, 1, 3.0)], [1])).edges == ()


def test_streets_join_where_they_end():
    lines = [[(112.0, 30.0), (112.001, 30.0)], [(112.001, 30.0), (112.001, 30.001)], [(112.001, 30.0), (112.002, 30.0)]]
    net = join_streets(lines, [(112.0, 30.0), (112.001, 30.001)])
    plan = plan_tree(net.problem)
    # A thousandth of a degree at 30 north: 96.486 m along the parallel, 110.853 m along the meridian.
    assert plan.edges == (0, 1)
    assert plan.cost == pytest.approx(96.49 + 110.85, abs=0.02)
    with pytest.raises(InputError) as off:
        join_streets(lines, [(112.5, 30.0)])
    assert off.value.code == "POINT_OFF_STREETS"
