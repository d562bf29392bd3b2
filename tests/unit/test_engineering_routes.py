"""Use of a row of segments by count and by length, and strands that are idle all the way."""

import pytest

from app.core.errors import InputError
from app.engineering.routes import LengthUse, route_use, through_strands


def percent(ratio):
    return None if ratio is None else round(100 * ratio, 2)


def test_strands_of_three_segments():
    found = route_use([LengthUse(24, 18, 1200), LengthUse(48, 20, 3500), LengthUse(144, 60, 800)])
    assert (percent(found.count_ratio), percent(found.length_ratio), percent(found.worst_ratio)) == (45.37, 44.74, 75.0)
    assert (found.used_m, found.total_m) == pytest.approx((139_600, 312_000))
    assert found.least_idle == 6


@pytest.mark.parametrize(("segment", "expected"), [(LengthUse(48, 12, 2000), (25.0, 25.0)), (LengthUse(0, 0, 5000), (None, None))])
def test_strands_of_one_segment(segment, expected):
    found = route_use([segment])
    assert (percent(found.count_ratio), percent(found.length_ratio)) == expected


def test_holes_of_two_sections():
    found = route_use([LengthUse(12, 6, 100), LengthUse(4, 4, 50), LengthUse(0, 0, 10)])
    assert (found.count_ratio, found.length_ratio, found.worst_ratio, found.least_idle) == (10 / 16, 800 / 1400, 1.0, 0)


def test_route_of_nothing():
    found = route_use([])
    assert (found.count_ratio, found.length_ratio, found.worst_ratio, found.least_idle) == (None, None, None, 0)


def test_strands_that_are_idle_all_the_way():
    idle = [{1, 2, 3, 4}, {11, 12, 13}, {21, 22, 24}]
    # 3 is joined to a strand in use, 4 to nothing; 12 goes on to a strand in use.
    joints = [{1: 11, 2: 12, 3: 14}, {11: 24, 12: 23, 13: 22}]
    assert through_strands(idle, joints) == [(1, 11, 24)]
    assert through_strands(idle[:1], []) == [(1,), (2,), (3,), (4,)]
    assert through_strands([], []) == []


def test_ways_never_exceed_the_fewest_idle():
    idle = [set(range(1, 7)), set(range(1, 29)), set(range(1, 85))]
    joints = [{number: number for number in range(1, 49)}] * 2
    assert len(through_strands(idle, joints)) == 6


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: route_use([LengthUse(4, 1, -1)]), "VALUE_IMPOSSIBLE"),
        (lambda: route_use([LengthUse(-4, 0, 1)]), "VALUE_IMPOSSIBLE"),
        (lambda: route_use([LengthUse(4, 5, 1)]), "USED_EXCEEDS_TOTAL"),
        (lambda: through_strands([{1}, {1}], []), "ROUTE_BROKEN"),
    ],
)
def test_what_cannot_be(call, code):
    with pytest.raises(InputError) as refused:
        call()
    assert refused.value.code == code
