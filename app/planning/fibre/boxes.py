"""Where boxes and their splitters stand: exact by HiGHS within its time, with what no other choice can be below."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy
from pyproj import Geod
from scipy import sparse
from shapely import STRtree, points

from app.core.errors import InputError, RuleError
from app.engineering.nearest import find_nearest
from app.planning.price_book import price
from app.planning.solver import Program, solve

# Lines of a splitter in a box, and splitters in a box.
SPLIT, MOST_SPLITTERS = 8, 3
# Structures looked at for each building, the nearest ones.
NEAREST = 4
_GEOD = Geod(ellps="GRS80")
_DEGREE_M = 111_320.0


@dataclass(frozen=True)
class Demand:
    """A building and the lines that it is to have; lon and lat, EPSG:4490."""

    code: str
    lon: float
    lat: float
    lines: int


@dataclass(frozen=True)
class Drops:
    """So many lines from a building (its place in the list) to the box at a spot (likewise), each so many metres long."""

    demand: int
    spot: int
    lines: int
    metres: float


@dataclass(frozen=True, eq=False)
class BoxPlan:
    """Splitters and boxes by spot, and the drops.

    Attributes
    ----------
    fen
        Boxes with their places, splitters and drops.
    bound_fen
        No choice among the nearest spots costs less.
    """

    splitters: dict[int, int]
    boxes: dict[int, int]
    drops: tuple[Drops, ...]
    fen: int
    bound_fen: float

    @property
    def gap_ratio(self) -> float:
        """By how much a better choice could be cheaper at most, as a part of the cost."""
        return max(0.0, (self.fen - self.bound_fen) / self.fen) if self.fen else 0.0


def place_boxes(
    demands: Sequence[Demand], spots: numpy.ndarray, reach_m: float, seconds: float, *, nearest: int = NEAREST,
    opening_fen: numpy.ndarray | None = None,
) -> BoxPlan:  # fmt: skip
    """Boxes at spots so that every line has an output of a splitter, at the least sum of boxes, splitters and drops.

    Parameters
    ----------
    spots
        Lon and lat of each place where a box may stand.
    reach_m
        No drop is longer.
    nearest
        So many spots are looked at for each building.
    opening_fen
        What the place for a box costs at each spot beyond the box; nothing where it is left out.

    Raises
    ------
    InputError
        ``NOTHING_WANTED``.
    RuleError
        ``OUT_OF_REACH`` for a building with no spot within reach.
    SystemFault
        ``SOLVER_FAILED``.
    """
    if not demands:
        raise InputError("NOTHING_WANTED", "no line is wanted there", next_step="choose an area with households, or another take rate")
    pairs = _pairs(demands, spots, reach_m, nearest)
    near = sorted({spot for _, spot, _ in pairs})
    place = {spot: number for number, spot in enumerate(near)}
    count, flows = len(near), len(pairs)
    split, box, each = price("splitter_8").fen_each, price("fibre_box").fen_each, price("drop")
    boxes = box + (numpy.zeros(count) if opening_fen is None else opening_fen[near])
    # Variables: lines of each pair, then splitters and boxes of each spot.
    costs = numpy.concatenate(
        [[each.fen_each + each.fen_per_m * metres for *_, metres in pairs], numpy.full(count, split), boxes]
    )
    of_demand, of_spot = numpy.array([pair[0] for pair in pairs]), numpy.array([place[pair[1]] for pair in pairs])
    numbers, whole = numpy.arange(flows), numpy.arange(count)
    served = _rows(len(demands), flows + 2 * count, (of_demand, numbers, 1.0))
    within = _rows(count, flows + 2 * count, (of_spot, numbers, 1.0), (whole, flows + whole, -float(SPLIT)))
    housed = _rows(count, flows + 2 * count, (whole, flows + whole, 1.0), (whole, flows + count + whole, -float(MOST_SPLITTERS)))
    wanted = numpy.array([one.lines for one in demands], dtype=float)
    low = numpy.concatenate([wanted, numpy.full(2 * count, -numpy.inf)])
    high = numpy.concatenate([wanted, numpy.zeros(2 * count)])
    most = numpy.concatenate([wanted[of_demand], numpy.full(2 * count, wanted.sum())])
    is_whole = numpy.concatenate([numpy.zeros(flows, dtype=bool), numpy.ones(2 * count, dtype=bool)])
    rows = sparse.vstack([served, within, housed]).tocsr()
    found = solve(Program(costs, rows, low, high, numpy.zeros(len(costs)), most, is_whole), seconds)
    prices = split, dict(zip(near, boxes.tolist(), strict=True)), each
    return _plan(pairs, near, numpy.rint(found.values).astype(int), prices, found.bound)


def _plan(pairs: list, near: list[int], values: numpy.ndarray, prices: tuple, bound: float) -> BoxPlan:
    """Flows are whole where capacities are, since a transport's vertices are whole."""
    split, box, each = prices
    taken = [Drops(demand, spot, lines, metres) for (demand, spot, metres), lines in zip(pairs, values.tolist(), strict=False) if lines]
    used: dict[int, int] = {}
    for drop in taken:
        used[drop.spot] = used.get(drop.spot, 0) + drop.lines
    splitters = {spot: -(-lines // SPLIT) for spot, lines in sorted(used.items())}
    boxes = {spot: -(-held // MOST_SPLITTERS) for spot, held in splitters.items()}
    drops = sum(drop.lines * (each.fen_each + each.fen_per_m * drop.metres) for drop in taken)
    fen = round(drops) + sum(splitters.values()) * split + round(sum(count * box[spot] for spot, count in boxes.items()))
    return BoxPlan(splitters, boxes, tuple(taken), fen, bound)


def price_places(demands: Sequence[Demand], spots: numpy.ndarray, far: numpy.ndarray, reach_m: float, nearest: int) -> numpy.ndarray:
    """For each spot what the way to it costs more than that to the cheapest place from which the same building can be reached.

    Parameters
    ----------
    far
        What the way to each spot costs.
    """
    pairs = _pairs(demands, spots, reach_m, nearest)
    least = {}
    for demand, spot, _ in pairs:
        least[demand] = min(least.get(demand, numpy.inf), far[spot])
    more = numpy.full(len(spots), numpy.inf)
    for demand, spot, _ in pairs:
        more[spot] = min(more[spot], far[spot] - least[demand])
    return numpy.where(numpy.isfinite(more), more, 0.0)


def join_plans(one: BoxPlan, other: BoxPlan, shift: int) -> BoxPlan:
    """Two plans that share no spot as one; ``shift`` is the number of buildings of the first, which come first."""
    drops = [*one.drops, *(replace(drop, demand=drop.demand + shift) for drop in other.drops)]
    splitters, boxes = {**one.splitters, **other.splitters}, {**one.boxes, **other.boxes}
    return BoxPlan(splitters, boxes, tuple(drops), one.fen + other.fen, one.bound_fen + other.bound_fen)


def places_of(demands: Sequence[Demand]) -> numpy.ndarray:
    """Lon and lat of buildings, one row each."""
    return numpy.array([(one.lon, one.lat) for one in demands]).reshape(len(demands), 2)


def split_reach(demands: Sequence[Demand], spots: numpy.ndarray, reach_m: float) -> tuple[list[Demand], list[Demand]]:
    """The buildings that have a spot within reach, and those that have none."""
    if not len(spots):
        return [], list(demands)
    _, metres = find_nearest(places_of(demands), spots)
    parts: tuple[list[Demand], list[Demand]] = ([], [])
    for one, far in zip(demands, metres.tolist(), strict=True):
        parts[far > reach_m].append(one)
    return parts


def _pairs(demands: Sequence[Demand], spots: numpy.ndarray, reach_m: float, nearest: int) -> list[tuple[int, int, float]]:
    """For each building the nearest spots within reach, with the metres."""
    scale = numpy.cos(numpy.radians(spots[:, 1].mean())) if len(spots) else 1.0
    tree = STRtree(points(spots[:, 0] * scale * _DEGREE_M, spots[:, 1] * _DEGREE_M))
    at = points([one.lon * scale * _DEGREE_M for one in demands], [one.lat * _DEGREE_M for one in demands])
    ones, twos = tree.query(at, predicate="dwithin", distance=reach_m * 1.02)
    lon, lat = numpy.array([one.lon for one in demands]), numpy.array([one.lat for one in demands])
    metres = numpy.asarray(_GEOD.inv(lon[ones], lat[ones], spots[twos, 0], spots[twos, 1])[2])
    found, seen = [], [0] * len(demands)
    for place in numpy.lexsort((twos, metres, ones)).tolist():
        demand = int(ones[place])
        if metres[place] <= reach_m and seen[demand] < nearest:
            seen[demand] += 1
            found.append((demand, int(twos[place]), float(metres[place])))
    if lost := [one.code for one, count in zip(demands, seen, strict=True) if not count]:
        raise RuleError(
            "OUT_OF_REACH", "a building has no place for a box within reach", subject=lost[0], found=f"{len(lost)} buildings",
            expected=f"a structure within {reach_m:g} m", next_step="allow longer drops",
        )  # fmt: skip
    return found


def _rows(height: int, width: int, *parts: tuple) -> sparse.csr_matrix:
    rows, columns, values = (numpy.concatenate(each) for each in zip(*((r, c, numpy.full(len(r), v)) for r, c, v in parts), strict=True))
    return sparse.csr_matrix((values, (rows, columns)), shape=(height, width))
