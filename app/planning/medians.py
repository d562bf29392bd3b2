"""Medians: good sets by exchanges (Teitz and Bart 1968), a bound by prices of customers (Narula et al. 1977), a proof by branching."""
import time
from dataclasses import dataclass

import numpy

_STARTS, _SEED = 6, 20050531


@dataclass(frozen=True)
class _Pace:
    """Steps at most, those without a better bound before they are halved, the first and the least size, and the aim beyond the goal."""

    turns: int
    stale: int
    scale: float
    least: float
    beyond: float


_ROOT, _BRANCH = _Pace(3000, 30, 2.0, 1e-3, 0.0), _Pace(60, 8, 1.0, 0.02, 1e-4)


def swap_medians(distances: numpy.ndarray, count: int) -> numpy.ndarray:
    """Sites, so many, such that no exchange of one lowers the sum of distances to the nearest; the best of some random starts."""
    random = numpy.random.default_rng(_SEED)
    best, least = None, numpy.inf
    for _ in range(_STARTS):
        chosen = numpy.sort(random.choice(distances.shape[1], count, replace=False))
        chosen, cost = _settle(distances, chosen)
        if cost < least:
            best, least = chosen, cost
    return numpy.sort(best)


def _settle(distances: numpy.ndarray, chosen: numpy.ndarray) -> tuple[numpy.ndarray, float]:
    while True:
        near = distances[:, chosen]
        order = numpy.argsort(near, axis=1)
        nearest = order[:, 0]
        first = near[numpy.arange(len(near)), nearest]
        second = near[numpy.arange(len(near)), order[:, 1]] if len(chosen) > 1 else numpy.full(len(near), numpy.inf)
        place, site, gain = _best_exchange(distances, nearest, first, second, len(chosen))
        if gain <= 1e-9 * max(first.sum(), 1.0):
            return chosen, float(first.sum())
        chosen = chosen.copy()
        chosen[place] = site


def _best_exchange(distances, nearest, first, second, count: int) -> tuple[int, int, float]:
    """Which median goes, which site comes, and what that saves: for all pairs at once (Whitaker 1983)."""
    kept = numpy.minimum(distances, first[:, None])
    saved = (first[:, None] - kept).sum(axis=0)
    # Where a customer's nearest median goes, it turns to the new site or to its second nearest.
    lost = numpy.minimum(distances, numpy.where(numpy.isinf(second), distances.max() * 2 + 1, second)[:, None]) - kept
    loss = numpy.zeros((count, distances.shape[1]))
    numpy.add.at(loss, nearest, lost)
    gains = saved[None, :] - loss
    place, site = numpy.unravel_index(int(gains.argmax()), gains.shape)
    return int(place), int(site), float(gains[place, site])


@dataclass(frozen=True, eq=False)
class Priced:
    """What prices of customers tell.

    Attributes
    ----------
    bound
        No set among the sites asked costs less.
    gains
        Reduced cost of opening each site; infinite for the others.
    prices
        Of each customer.
    opened
        The sites that are the best for these prices.
    """

    bound: float
    gains: numpy.ndarray
    prices: numpy.ndarray
    opened: numpy.ndarray


@dataclass(frozen=True, eq=False)
class _Part:
    """Sets that hold certain sites and may hold others, with prices to begin from and what none of them can be below."""

    is_in: numpy.ndarray
    is_free: numpy.ndarray
    prices: numpy.ndarray
    bound: float


def find_medians(distances: numpy.ndarray, count: int, step: float, seconds: float) -> tuple[numpy.ndarray, float, float]:
    """Sites, so many, with the least sum of distances; that sum; and what no set can be below, the sum itself where that is proved.

    Parts of the sets are bounded by prices of customers. A site that would cost more than the gap is left out, one whose absence would
    is taken; else the sets with and without the most wanted site are looked at apart.

    Parameters
    ----------
    step
        Two sets differ by so much or not at all.
    """
    until = time.monotonic() + seconds
    best = swap_medians(distances, count)
    cost = float(distances[:, best].min(axis=1).sum())
    near = numpy.sort(distances[:, best], axis=1)
    prices = (near[:, 0] + near[:, min(1, count - 1)]) / 2
    every = numpy.ones(distances.shape[1], dtype=bool)
    stack, pace = [_Part(~every, every, prices, -numpy.inf)], _ROOT
    while stack and (pace is _ROOT or time.monotonic() < until):
        part = stack.pop()
        # What costs more than this costs at least as much as the best.
        goal = cost - step * (1 - 1e-6)
        if part.bound > goal:
            continue
        priced = _price(distances, count, part, goal, pace)
        pace = _BRANCH
        found = float(distances[:, priced.opened].min(axis=1).sum())
        if found < cost - 1e-9 * max(cost, 1.0):
            best, cost = priced.opened, found
            goal = cost - step * (1 - 1e-6)
        if priced.bound <= goal:
            stack += _branch(part, priced, count, goal)
    return numpy.sort(best), cost, min([cost, *(part.bound for part in stack)])


def _branch(part: _Part, priced: Priced, count: int, goal: float) -> list[_Part]:
    """The sets of a part that may be cheaper, without those that the bound excludes; none where they are all the same set."""
    need = count - int(part.is_in.sum())
    if not need:
        return []
    gains = numpy.where(part.is_free, priced.gains, numpy.inf)
    order = numpy.argsort(gains, kind="stable")
    last, following = gains[order[need - 1]], gains[order[need]] if need < len(order) else numpy.inf
    is_lost = priced.bound + gains - last > goal
    is_lost[order[:need]] = False
    is_sure = numpy.zeros(len(gains), dtype=bool)
    is_sure[order[:need]] = priced.bound - gains[order[:need]] + following > goal
    is_in, is_free = part.is_in | is_sure, part.is_free & ~is_lost & ~is_sure
    site = next((one for one in order[:need].tolist() if is_free[one]), None)
    if site is None:
        return []
    less, more = is_free.copy(), is_in.copy()
    less[site], more[site] = False, True
    whole = [_Part(more, less, priced.prices, priced.bound), _Part(is_in, less, priced.prices, priced.bound)]
    return [one for one in whole if one.is_in.sum() + one.is_free.sum() >= count]


def _price(distances: numpy.ndarray, count: int, part: _Part, goal: float, pace: _Pace) -> Priced:
    """The best bound that subgradient steps find for the sets of a part, ended where it passes the goal."""
    columns = numpy.flatnonzero(part.is_in | part.is_free)
    near, is_sure = distances[:, columns], part.is_in[columns]
    best, kept, prices = -numpy.inf, None, part.prices
    scale, stale = pace.scale, 0
    for _ in range(pace.turns):
        room = numpy.minimum(near - prices[:, None], 0.0)
        gains = room.sum(axis=0)
        opened = numpy.argpartition(numpy.where(is_sure, -numpy.inf, gains), count - 1)[:count]
        bound = prices.sum() + gains[opened].sum()
        if bound > best + 1e-9 * max(abs(bound), 1.0):
            best, kept, stale = bound, (gains, prices, opened), 0
        else:
            stale += 1
        if stale >= pace.stale:
            scale, stale, prices = scale / 2, 0, kept[1]
        slope = 1.0 - (room[:, opened] < 0).sum(axis=1)
        size = (slope**2).sum()
        if best > goal or size == 0 or scale < pace.least:
            break
        prices = prices + scale * max(goal + pace.beyond * abs(goal) - bound, 0.0) / size * slope
    whole = numpy.full(distances.shape[1], numpy.inf)
    whole[columns] = kept[0]
    return Priced(float(best), whole, kept[1], columns[kept[2]])
