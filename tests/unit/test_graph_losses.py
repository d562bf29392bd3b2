"""Losses of small random networks, held against failing each thing and looking."""
import numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.topology.arrays import distinct, join_pairs
from app.topology.losses import Carriage, find_lost, spread

FEW = settings(max_examples=200, deadline=None, database=None)


def column(rows, place):
    return numpy.array([row[place] for row in rows], dtype=numpy.int64)


@st.composite
def networks(draw):
    """Circuits 0 to n - 1, each riding only lower numbers, so that nothing rides itself."""
    count = draw(st.integers(1, 6))
    circuit = st.integers(0, count - 1)
    hits = draw(st.lists(st.tuples(st.integers(0, 4), circuit, st.integers(0, 2)), max_size=16))
    rides = draw(st.lists(st.tuples(circuit, st.integers(1, 2), circuit).filter(lambda row: row[2] < row[0]), max_size=8))
    return count, hits, rides


def is_down(circuit, failed, hits, rides):
    """By looking: an end is gone, or every path has something gone on it."""
    if (failed, circuit, 0) in hits:
        return True
    paths = {path for _, at, path in hits if at == circuit and path} | {path for at, path, _ in rides if at == circuit}
    fallen = {path for element, at, path in hits if at == circuit and element == failed and path}
    fallen |= {path for at, path, lower in rides if at == circuit and is_down(lower, failed, hits, rides)}
    return bool(paths) and fallen == paths


@FEW
@given(networks())
def test_lost_is_what_failing_each_thing_shows(network):
    count, hits, rides = network
    carriage = Carriage(count, *(column(hits, place) for place in range(3)), *(column(rides, place) for place in range(3)))
    lost = set(zip(*(found.tolist() for found in find_lost(carriage)), strict=True))
    assert lost == {(element, circuit) for element in range(5) for circuit in range(count) if is_down(circuit, element, hits, rides)}


def test_circuits_that_ride_each_other_do_not_hang():
    rides = [(0, 1, 1), (1, 1, 0)]
    carriage = Carriage(2, *(column([(3, 0, 1)], place) for place in range(3)), *(column(rides, place) for place in range(3)))
    assert 0 in find_lost(carriage)[1].tolist()


def test_services_are_counted_once():
    elements, circuits = numpy.array([1, 1, 2]), numpy.array([0, 1, 1])
    found = spread(elements, circuits, numpy.array([0, 1, 1]), numpy.array([7, 7, 8]))
    assert list(zip(*(side.tolist() for side in found), strict=True)) == [(1, 7), (1, 8), (2, 7), (2, 8)]
    more = spread(elements, circuits, numpy.array([0, 1, 1]), numpy.array([7, 7, 8]), (numpy.array([3, 1]), numpy.array([7, 8])))
    assert list(zip(*(side.tolist() for side in more), strict=True)) == [(1, 7), (1, 8), (2, 7), (2, 8), (3, 7)]


@FEW
@given(st.lists(st.integers(0, 5) | st.integers(0, 10**12)), st.lists(st.tuples(st.integers(0, 5) | st.just(10**12), st.integers(0, 9))))
def test_join_finds_every_match(keys, pairs):
    places, found = join_pairs(numpy.array(keys, dtype=numpy.int64), column(pairs, 0), column(pairs, 1))
    told = sorted(zip(places.tolist(), found.tolist(), strict=True))
    assert told == sorted((place, right) for place, key in enumerate(keys) for left, right in pairs if left == key)


@FEW
@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**40), st.integers(0, 3))))
def test_distinct_rows(rows):
    found = distinct(*(column(rows, place) for place in range(3)))
    assert list(zip(*(side.tolist() for side in found), strict=True)) == sorted(set(rows))
