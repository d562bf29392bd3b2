"""Good sets of medians and a bound for the best: exchanges (Teitz and Bart 1968), and prices of customers (Narula et al. 1977)."""
import numpy

_TURNS, _STALE, _STARTS, _SEED = 3000, 30, 6, 20050531


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


def bound_medians(distances: numpy.ndarray, chosen: numpy.ndarray, cost: float) -> tuple[float, numpy.ndarray, numpy.ndarray]:
    """A bound below which no set of so many can cost, the reduced cost of opening each site, and the price of each customer.

    Parameters
    ----------
    chosen, cost
        A set at hand and what it costs: the prices begin between its nearest and second nearest site, the steps aim at its cost.
    """
    near = numpy.sort(distances[:, chosen], axis=1)
    prices = (near[:, 0] + near[:, min(1, len(chosen) - 1)]) / 2
    best, kept = -numpy.inf, (numpy.zeros(distances.shape[1]), prices)
    scale, stale = 2.0, 0
    for _ in range(_TURNS):
        room = numpy.minimum(distances - prices[:, None], 0.0)
        gains = room.sum(axis=0)
        opened = numpy.argpartition(gains, len(chosen) - 1)[: len(chosen)]
        bound = prices.sum() + gains[opened].sum()
        if bound > best + 1e-9 * max(abs(bound), 1.0):
            best, kept, stale = bound, (gains, prices), 0
        else:
            stale += 1
        if stale >= _STALE:
            scale, stale, prices = scale / 2, 0, kept[1]
        slope = 1.0 - (room[:, opened] < 0).sum(axis=1)
        size = (slope**2).sum()
        if size == 0 or scale < 1e-3:
            break
        prices = prices + scale * max(cost - bound, 0.0) / size * slope
    return float(best), *kept
