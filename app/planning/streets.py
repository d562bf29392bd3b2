"""Streets as a graph for cable trees: pieces of line that meet at their ends, lengths geodesic."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy
from pyproj import Geod

from app.core.errors import InputError
from app.planning.trees.problem import TreeProblem, check_problem

_GEOD = Geod(ellps="GRS80")
# Ends that agree to so many decimals of a degree, a millimetre or so, are one place.
_DECIMALS = 8


@dataclass(frozen=True, eq=False)
class StreetNet:
    """A tree problem along streets: costs are metres, terminals the points to be joined.

    Attributes
    ----------
    places
        Lon and lat of each node, EPSG:4490, one row each.
    """

    problem: TreeProblem
    places: numpy.ndarray


def join_streets(lines: Iterable[Sequence[Sequence[float]]], points: Iterable[Sequence[float]]) -> StreetNet:
    """The net of lines, joined where their ends coincide, and the points as what is to be joined.

    Parameters
    ----------
    lines
        Each a list of lon, lat; a line is one edge, from its first place to its last.
    points
        Lon, lat of each; each must be an end of a line.

    Raises
    ------
    InputError
        ``POINT_OFF_STREETS`` for a point where no line ends; ``TREE_IMPOSSIBLE``.
    """
    nodes: dict[tuple[float, float], int] = {}
    rows = []
    for line in lines:
        start, end = (_node(nodes, place) for place in (line[0], line[-1]))
        rows.append((start, end, _metres(line)))
    ends = []
    for point in points:
        key = _key(point)
        if key not in nodes:
            raise InputError("POINT_OFF_STREETS", "no line ends at a point", found=str(key), next_step="join the point to a street")
        ends.append(nodes[key])
    tails, heads, metres = (numpy.array([row[place] for row in rows]) for place in range(3))
    terminals = numpy.unique(numpy.array(ends, dtype=numpy.int64))
    problem = TreeProblem(len(nodes), tails.astype(numpy.int64), heads.astype(numpy.int64), metres.astype(numpy.float64), terminals)
    check_problem(problem)
    return StreetNet(problem, numpy.array(list(nodes)))


def _metres(line: Sequence[Sequence[float]]) -> float:
    lon, lat = zip(*(place[:2] for place in line), strict=True)
    return float(_GEOD.line_length(lon, lat))


def _key(place: Sequence[float]) -> tuple[float, float]:
    return round(place[0], _DECIMALS), round(place[1], _DECIMALS)


def _node(nodes: dict, place: Sequence[float]) -> int:
    return nodes.setdefault(_key(place), len(nodes))
