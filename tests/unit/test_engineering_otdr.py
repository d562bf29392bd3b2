"""From an OTDR's time to a stretch of the route."""

import pytest

from app.core.errors import InputError
from app.engineering.otdr import (
    FibreRange,
    Reading,
    fibre_distance_m,
    find_index,
    locate_fault,
    locate_on_route,
    sheath_distance_m,
    two_ended_m,
)

SPANS = (100, 200, 300)


@pytest.mark.parametrize(
    ("microseconds", "index", "metres"), [(100, 1.467, 10217.88), (100, 1.466, 10224.85), (50, 1.468, 5105.46), (9.8, 1.467, 1001.35)]
)
def test_length_of_fibre(microseconds, index, metres):
    assert round(fibre_distance_m(microseconds, index), 2) == metres


def test_indices_of_the_sheet():
    assert (find_index("G.652D", 1310), find_index("G.652D", 1550)) == (1.466, 1.467)


def test_length_of_sheath_and_route():
    sheath = sheath_distance_m(10217.88, 0.01)
    assert round(sheath, 2) == 10116.71
    assert round(sheath_distance_m(10217.88, 0.01, "multiply"), 2) == 10115.70
    point = locate_on_route(sheath, [4000, 4000, 4000], {1: 15, 2: 15})
    assert (round(point.chainage_m, 2), point.span, point.node) == (10086.71, 3, None)


def test_place_beyond_a_coil():
    point = locate_on_route(250, SPANS, {1: 20})
    assert (point.chainage_m, point.span, point.offset_m, point.node) == (230, 2, 130, None)


@pytest.mark.parametrize("sheath", [100, 110, 120])
def test_place_in_a_coil_is_the_node(sheath):
    point = locate_on_route(sheath, SPANS, {1: 20})
    assert (point.chainage_m, point.span, point.offset_m, point.node) == (100, None, None, 1)


def test_ends_of_the_route():
    assert locate_on_route(0, SPANS).node == 0
    assert locate_on_route(5, SPANS, {0: 10}).node == 0
    assert locate_on_route(600, SPANS).node == 3
    assert locate_on_route(609, SPANS, {3: 10}).node == 3
    with pytest.raises(InputError) as refused:
        locate_on_route(610.5, SPANS, {3: 10})
    assert (refused.value.code, refused.value.found, refused.value.expected) == ("OTDR_BEYOND_ROUTE", 610.5, 610)


def test_readings_from_both_ends():
    assert round(two_ended_m(4210, 7830, 12_000), 2) == 4196.01


def test_a_fault_is_an_interval():
    route = [2000] * 6
    found = locate_fault(Reading(100, 1000), FibreRange(1.466, 1.468, 0.005, 0.015), route, {3: 30}, 0.1)
    # 99.5 us at 1.468, 1.5 % and a coil of 33 m; 100.5 us at 1.466, 0.5 % and a coil of 27 m.
    near = 299.792458 * 99.5 / 2 / 1.468 / 1.015 - 33
    far = 299.792458 * 100.5 / 2 / 1.466 / 1.005 - 27
    assert (found.near.chainage_m, found.far.chainage_m) == pytest.approx((near, far))
    assert (found.near.span, found.far.span) == (5, 6)
    assert near < 10_010 < far


def test_certainty_shrinks_the_interval_to_a_point():
    found = locate_fault(Reading(100), FibreRange(1.467, 1.467, 0.01, 0.01), [4000] * 3, {1: 15, 2: 15})
    assert found.near == found.far
    assert round(found.near.chainage_m, 2) == 10086.71


def test_an_interval_ends_with_the_route():
    fibre = FibreRange(1.467, 1.467, 0.0, 0.02)
    assert locate_fault(Reading(100, 100), fibre, [5000, 5150], {2: 10}).far.node == 2
    assert locate_fault(Reading(0, 100), fibre, [5000]).near.node == 0
    with pytest.raises(InputError, match="OTDR_BEYOND_ROUTE"):
        locate_fault(Reading(100), fibre, [5000, 5000])


@pytest.mark.parametrize(
    ("call", "subject"),
    [
        (lambda: fibre_distance_m(-1, 1.467), "round_trip_us"),
        (lambda: fibre_distance_m(1, 0.9), "refractive_index"),
        (lambda: sheath_distance_m(-1, 0.01), "fibre_m"),
        (lambda: sheath_distance_m(1, 1.5), "excess_ratio"),
        (lambda: sheath_distance_m(1, 0.01, "guess"), "method"),
        (lambda: two_ended_m(0, 0, 100), "sum_of_readings_m"),
        (lambda: two_ended_m(1, 1, 0), "length_m"),
        (lambda: locate_on_route(-1, SPANS), "sheath_m"),
        (lambda: locate_on_route(1, (1, -1)), "span_m"),
        (lambda: locate_on_route(1, SPANS, {4: 1}), "slack_node"),
        (lambda: locate_on_route(1, SPANS, {1: -1}), "slack_m"),
        (lambda: locate_fault(Reading(1, -1), FibreRange(1.4, 1.5), SPANS), "pulse_ns"),
        (lambda: locate_fault(Reading(1), FibreRange(1.4, 1.5), SPANS, {}, 1.1), "slack_error_ratio"),
    ],
)
def test_what_cannot_be(call, subject):
    with pytest.raises(InputError) as refused:
        call()
    assert (refused.value.code, refused.value.subject) == ("VALUE_IMPOSSIBLE", subject)


def test_unknown_fibre():
    with pytest.raises(InputError, match="FIBRE_UNKNOWN"):
        find_index("G.651", 850)
