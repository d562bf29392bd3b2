"""Where to put cabinets, OLTs or huts: sites with capacity and price, p sites near all, p sites far from none. Exact."""
import time
from dataclasses import dataclass

import numpy
from scipy import sparse

from app.core.errors import InputError, RuleError
from app.planning.medians import find_medians
from app.planning.solver import Program, Solution, solve

SECONDS = 120.0


@dataclass(frozen=True, eq=False)
class SitePlan:
    """Which sites are opened and whom they serve.

    Attributes
    ----------
    sites
        Places of the sites opened, in order.
    shares
        For each customer (row) and site (column) the part of its demand served from there, 0 to 1.
    cost
        In the unit of what was asked.
    lower_bound
        No plan costs less.
    is_proved
        True where no plan is better.
    seconds
        Time taken.
    """

    sites: tuple[int, ...]
    shares: numpy.ndarray
    cost: float
    lower_bound: float
    is_proved: bool
    seconds: float


def place_sites(
    costs: numpy.ndarray, opening: numpy.ndarray, capacities: numpy.ndarray, demands: numpy.ndarray, *,
    is_split: bool = True, seconds: float = SECONDS,
) -> SitePlan:  # fmt: skip
    """The sites that serve all demand at the least sum of what opening and serving cost.

    Parameters
    ----------
    costs
        For each customer (row) and site (column) the cost of serving its whole demand from there.
    opening, capacities
        Of each site.
    demands
        Of each customer.
    is_split
        False: each customer is served from one site alone.

    Raises
    ------
    InputError
        ``SITES_IMPOSSIBLE`` for figures below 0 or shapes that disagree.
    RuleError
        ``PLAN_IMPOSSIBLE`` where the capacities do not suffice.
    SystemFault
        ``SOLVER_FAILED``.
    """
    began = time.monotonic()
    customers, sites = costs.shape
    _check(costs, (opening, sites), (capacities, sites), (demands, customers))
    if demands.sum() > capacities.sum():
        raise RuleError(
            "PLAN_IMPOSSIBLE", "the sites can't take all demand", found=f"{demands.sum():g}", expected=f"at most {capacities.sum():g}",
            next_step="add sites or capacity",
        )  # fmt: skip
    served = customers * sites
    # Variables: each share by customer and site, then for each site whether it is open.
    share = numpy.arange(served).reshape(customers, sites)
    customer, site = numpy.divmod(numpy.arange(served), sites)
    whole = _rows(customers, (customer, share.ravel(), numpy.ones(served)))
    # The total capacity opened covers the total demand: needless for the answer, but the solver's bounds are better by it.
    within = _rows(sites, (site, share.ravel(), demands[customer]), (numpy.arange(sites), served + numpy.arange(sites), -capacities))
    each, ones = numpy.arange(served), numpy.ones(served)
    opened = _rows(served, (each, share.ravel(), ones), (each, served + site, -ones))
    total = _rows(1, (numpy.zeros(sites, dtype=int), served + numpy.arange(sites), capacities))
    rows = sparse.vstack([_wide(part, served + sites) for part in (whole, within, opened, total)]).tocsr()
    low = numpy.concatenate([numpy.ones(customers), numpy.full(sites + served, -numpy.inf), [demands.sum()]])
    high = numpy.concatenate([numpy.ones(customers), numpy.zeros(sites + served), [numpy.inf]])
    is_whole = numpy.concatenate([numpy.full(served, not is_split), numpy.ones(sites, dtype=bool)])
    bounds = numpy.zeros(served + sites), numpy.ones(served + sites)
    found = solve(Program(numpy.concatenate([costs.ravel(), opening]), rows, low, high, *bounds, is_whole), seconds)
    chosen = numpy.flatnonzero(found.values[served:] > 0.5)
    shares = numpy.clip(found.values[:served].reshape(customers, sites), 0.0, 1.0)
    shares[shares < 1e-9] = 0.0
    return _plan(chosen, shares, found, began)


def place_medians(distances: numpy.ndarray, count: int, *, seconds: float = SECONDS) -> SitePlan:
    """The sites, so many, with the least sum of distances from each customer (row) to its nearest site (column).

    A good set is found by exchanges, and proved or bettered by branching with a bound by prices of customers (Lagrange).

    Raises
    ------
    InputError
        ``SITES_IMPOSSIBLE``.
    """
    began = time.monotonic()
    _check(distances)
    _check_count(distances, count)
    step = 1.0 if numpy.all(distances == numpy.floor(distances)) else 1e-9 * max(float(distances.max()), 1.0)
    chosen, cost, bound = find_medians(distances, count, step, seconds)
    return _nearest_plan(distances, chosen, Solution(numpy.zeros(0), cost, bound, bound >= cost), began)


def place_centres(distances: numpy.ndarray, count: int, *, seconds: float = SECONDS) -> SitePlan:
    """The sites, so many, with the least distance from the customer (row) farthest from its nearest site (column).

    By halving the distances that there are: within each, a set cover tells whether so many sites suffice.

    Raises
    ------
    InputError
        ``SITES_IMPOSSIBLE``.
    SystemFault
        ``SOLVER_FAILED``.
    """
    began = time.monotonic()
    _check(distances)
    _check_count(distances, count)
    radii = numpy.unique(distances)
    low, high = 0, len(radii) - 1
    chosen = numpy.arange(count)
    while low < high:
        middle = (low + high) // 2
        cover = _cover(distances <= radii[middle], seconds - (time.monotonic() - began))
        if cover is not None and len(cover) <= count:
            high, chosen = middle, cover
        else:
            low = middle + 1
    spare = numpy.setdiff1d(numpy.arange(distances.shape[1]), chosen)[: count - len(chosen)]
    chosen = numpy.sort(numpy.concatenate([chosen, spare]))
    reached = distances[:, chosen].min(axis=1).max()
    return _nearest_plan(distances, chosen, Solution(numpy.zeros(0), float(reached), float(reached), True), began)


def _cover(is_near: numpy.ndarray, seconds: float) -> numpy.ndarray | None:
    """The fewest sites so that each customer is near one; None where a customer is near none."""
    if not is_near.any(axis=1).all():
        return None
    customers, sites = is_near.shape
    ones = numpy.ones(sites)
    rows = sparse.csr_matrix(is_near.astype(float))
    bounds = numpy.ones(customers), numpy.full(customers, numpy.inf)
    found = solve(Program(ones, rows, *bounds, 0 * ones, ones, ones > 0), max(seconds, 1.0))
    if not found.is_proved:
        raise InputError("SITES_IMPOSSIBLE", "the time does not suffice for a proof", next_step="give more seconds")
    return numpy.flatnonzero(found.values > 0.5)


def _rows(count: int, *parts) -> sparse.coo_matrix:
    row, column, value = (numpy.concatenate([part[place] for part in parts]) for place in range(3))
    return sparse.coo_matrix((value, (row, column)), shape=(count, int(column.max(initial=-1)) + 1))


def _wide(rows: sparse.coo_matrix, columns: int) -> sparse.coo_matrix:
    return sparse.coo_matrix((rows.data, (rows.row, rows.col)), shape=(rows.shape[0], columns))


def _nearest_plan(distances: numpy.ndarray, chosen: numpy.ndarray, found: Solution, began: float) -> SitePlan:
    shares = numpy.zeros(distances.shape)
    shares[numpy.arange(len(distances)), chosen[distances[:, chosen].argmin(axis=1)]] = 1.0
    return _plan(chosen, shares, found, began)


def _plan(chosen: numpy.ndarray, shares: numpy.ndarray, found: Solution, began: float) -> SitePlan:
    sites = tuple(int(site) for site in chosen)
    return SitePlan(sites, shares, found.cost, found.bound, found.is_proved, time.monotonic() - began)


def _check(costs: numpy.ndarray, *others: tuple[numpy.ndarray, int]) -> None:
    for figures in (costs, *(figures for figures, _ in others)):
        if not figures.size or not (numpy.isfinite(figures).all() and (figures >= 0).all()):
            raise InputError("SITES_IMPOSSIBLE", "costs, capacities and demands are numbers of 0 or more", next_step="correct the figures")
    if any(len(figures) != length for figures, length in others):
        raise InputError("SITES_IMPOSSIBLE", "the lists differ in length", next_step="give one figure for each site and customer")


def _check_count(distances: numpy.ndarray, count: int) -> None:
    if not 1 <= count <= distances.shape[1]:
        raise InputError(
            "SITES_IMPOSSIBLE", "so many sites can't be placed", found=count, expected=f"1 to {distances.shape[1]}",
            next_step="ask for fewer",
        )  # fmt: skip
