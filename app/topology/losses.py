"""What is lost where one thing fails: circuits by what carries them, then those that ride them, a protected one only with all its paths.

Pure: arrays in, arrays out. Elements, circuits and services are places 0, 1, 2 ...
"""
from dataclasses import dataclass

import numpy

from app.topology.arrays import distinct, join_pairs

# A chain of riders longer than this is a loop in bad data; what lies beyond counts as lost by what was found so far.
MOST_LEVELS = 12


@dataclass(frozen=True)
class Carriage:
    """How circuits are carried.

    Attributes
    ----------
    circuits
        How many there are.
    hit_elements, hit_circuits, hit_paths
        One row for each element that a path of a circuit uses; path 0 stands for all its paths, as the ends do.
    riders, rider_paths, lowers
        One row for each circuit whose path rides another.
    """

    circuits: int
    hit_elements: numpy.ndarray
    hit_circuits: numpy.ndarray
    hit_paths: numpy.ndarray
    riders: numpy.ndarray
    rider_paths: numpy.ndarray
    lowers: numpy.ndarray


def find_lost(carriage: Carriage) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Each pair (element, circuit) such that the circuit is down where the element alone fails."""
    levels, paths = _levels(carriage), _path_counts(carriage)
    lost_elements, lost_circuits = [], []
    for level in range(int(levels.max(initial=0)) + 1):
        own = levels[carriage.hit_circuits] == level
        rows = [(carriage.hit_elements[own], carriage.hit_circuits[own], carriage.hit_paths[own])]
        riding = levels[carriage.riders] == level
        if level and riding.any() and lost_elements:
            rows.append(_inherited(carriage, riding, numpy.concatenate(lost_elements), numpy.concatenate(lost_circuits)))
        elements, circuits = _fallen(*(numpy.concatenate(column) for column in zip(*rows, strict=True)), paths)
        lost_elements.append(elements)
        lost_circuits.append(circuits)
    return numpy.concatenate(lost_elements), numpy.concatenate(lost_circuits)


def spread(
    elements: numpy.ndarray, circuits: numpy.ndarray, holders: numpy.ndarray, things: numpy.ndarray,
    besides: tuple[numpy.ndarray, numpy.ndarray] | None = None,
) -> tuple[numpy.ndarray, ...]:  # fmt: skip
    """Each pair (element, thing) once, where circuit ``holders[i]`` serves ``things[i]``, together with the pairs of ``besides``."""
    places, found = join_pairs(circuits, holders, things)
    pairs = (elements[places], found)
    return distinct(*(pairs if besides is None else (numpy.concatenate(side) for side in zip(pairs, besides, strict=True))))


def _inherited(carriage: Carriage, riding: numpy.ndarray, elements: numpy.ndarray, circuits: numpy.ndarray) -> tuple[numpy.ndarray, ...]:
    """What riders lose with what they ride on."""
    riders, paths, lowers = carriage.riders[riding], carriage.rider_paths[riding], carriage.lowers[riding]
    places, found = join_pairs(lowers, circuits, elements)
    return found, riders[places], paths[places]


def _fallen(elements: numpy.ndarray, circuits: numpy.ndarray, hit_paths: numpy.ndarray, paths: numpy.ndarray) -> tuple[numpy.ndarray, ...]:
    """The pairs of which every path is hit."""
    elements, circuits, hit_paths = distinct(elements, circuits, hit_paths)
    if not len(elements):
        return elements, circuits
    starts = numpy.flatnonzero(numpy.r_[True, (elements[1:] != elements[:-1]) | (circuits[1:] != circuits[:-1])])
    counts = numpy.diff(numpy.r_[starts, len(elements)])
    # Path 0 sorts first, so the first row of a pair says whether an end is hit.
    fallen = (hit_paths[starts] == 0) | (counts >= paths[circuits[starts]])
    return elements[starts][fallen], circuits[starts][fallen]


def _path_counts(carriage: Carriage) -> numpy.ndarray:
    circuits = numpy.concatenate([carriage.hit_circuits, carriage.riders])
    circuits, hit_paths = distinct(circuits, numpy.concatenate([carriage.hit_paths, carriage.rider_paths]))
    return numpy.maximum(numpy.bincount(circuits[hit_paths > 0], minlength=carriage.circuits), 1)


def _levels(carriage: Carriage) -> numpy.ndarray:
    """0 for a circuit that rides nothing, else one more than the highest that it rides."""
    levels = numpy.zeros(carriage.circuits, dtype=numpy.int64)
    for _ in range(MOST_LEVELS):
        higher = levels.copy()
        numpy.maximum.at(higher, carriage.riders, levels[carriage.lowers] + 1)
        if (higher == levels).all():
            break
        levels = higher
    return levels
