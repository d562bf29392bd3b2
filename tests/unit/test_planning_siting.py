"""Sites with capacity, medians and centres against every choice of sites."""

from itertools import combinations, product

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import InputError, RuleError
from app.planning.medians import find_medians, swap_medians
from app.planning.siting import place_centres, place_medians, place_sites

FIGURES = st.integers(0, 20)


@st.composite
def distance_tables(draw):
    customers, sites = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    rows = draw(st.lists(st.lists(FIGURES, min_size=sites, max_size=sites), min_size=customers, max_size=customers))
    return numpy.array(rows, dtype=float), draw(st.integers(1, sites))


@settings(max_examples=60, deadline=None)
@given(distance_tables())
def test_medians_and_centres_agree_with_brute_force(table):
    distances, count = table
    choices = [list(chosen) for chosen in combinations(range(distances.shape[1]), count)]
    median = min(distances[:, chosen].min(axis=1).sum() for chosen in choices)
    centre = min(distances[:, chosen].min(axis=1).max() for chosen in choices)
    for plan, best in ((place_medians(distances, count), median), (place_centres(distances, count), centre)):
        assert (plan.cost, plan.lower_bound, plan.is_proved) == (pytest.approx(best), pytest.approx(best), True)
        assert len(plan.sites) == count
        assert (plan.shares.sum(axis=1) == 1).all()
    swapped = swap_medians(distances, count)
    _, cost, bound = find_medians(distances, count, 1.0, 0.0)
    assert bound - 1e-6 <= median <= cost <= distances[:, swapped].min(axis=1).sum()


def test_medians_are_proved_where_prices_alone_leave_a_gap():
    """A hundred sites at random: the best prices stay below the best set, and branching closes the gap."""
    random = numpy.random.default_rng(4)
    spots = random.integers(0, 1000, (100, 2))
    distances = numpy.abs(spots[:, None] - spots[None, :]).sum(axis=2).astype(float)
    first = find_medians(distances, 4, 1.0, 0.0)
    plan = place_medians(distances, 4)
    assert plan.is_proved and first[2] < plan.cost - 1 and first[2] <= plan.lower_bound == plan.cost <= first[1]
    least = min(distances[:, list(chosen)].min(axis=1).sum() for chosen in combinations(range(0, 100, 5), 4))
    assert plan.cost <= least


def single_source(costs, opening, capacities, demands):
    """The least cost where each customer has one site, over all ways; None where there is none."""
    best = None
    for sites in product(range(costs.shape[1]), repeat=len(demands)):
        load = numpy.bincount(sites, weights=demands, minlength=costs.shape[1])
        if (load <= capacities).all():
            cost = costs[numpy.arange(len(demands)), list(sites)].sum() + opening[list(set(sites))].sum()
            best = cost if best is None else min(best, cost)
    return best


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_sites_with_capacity_agree_with_brute_force(data):
    customers, sites = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))

    def figures(count):
        return numpy.array(data.draw(st.lists(FIGURES, min_size=count, max_size=count)), dtype=float)

    costs, opening = figures(customers * sites).reshape(customers, sites), figures(sites)
    capacities, demands = figures(sites), figures(customers)
    best = single_source(costs, opening, capacities, demands)
    if best is None:
        with pytest.raises(RuleError) as short:
            place_sites(costs, opening, capacities, demands, is_split=False)
        assert short.value.code == "PLAN_IMPOSSIBLE"
        return
    plan = place_sites(costs, opening, capacities, demands, is_split=False)
    assert (plan.cost, plan.is_proved) == (pytest.approx(best), True)
    split = place_sites(costs, opening, capacities, demands)
    assert split.cost <= plan.cost + 1e-6
    assert (demands @ split.shares <= capacities + 1e-6).all()
    assert numpy.allclose(split.shares.sum(axis=1), 1)


def test_split_customers_by_hand():
    """Two sites of 5 at 10 and 12, two customers of 4: both are open, and 3 of the second customer's 4 come from the dear one."""
    plan = place_sites(numpy.array([[0.0, 8], [0, 8]]), numpy.array([10.0, 12]), numpy.array([5.0, 5]), numpy.array([4.0, 4]))
    assert plan.sites == (0, 1)
    assert plan.cost == pytest.approx(22 + 8 * 3 / 4)


def test_wrong_figures_are_told():
    table = numpy.array([[1.0, 2.0]])
    for ask in (lambda: place_medians(table, 3), lambda: place_medians(-table, 1), lambda: place_centres(numpy.zeros((0, 2)), 1)):
        with pytest.raises(InputError) as wrong:
            ask()
        assert wrong.value.code == "SITES_IMPOSSIBLE"
