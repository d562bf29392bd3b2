"""First sizes of a fibre access network."""

import pytest

from app.core.errors import InputError
from app.engineering.fibre_plan import distribution_strand_count, judge_olt_size


def test_strands_of_a_cabinet():
    assert [distribution_strand_count(points) for points in (300, 0, 1)] == [300, 0, 1]


@pytest.mark.parametrize(
    ("area", "households", "verdict"),
    [("county", 3999, "too_small"), ("county", 4000, "small"), ("county", 6000, "usual"), ("county", 20_000, "usual")]
    + [("county", 20_001, "large"), ("city", 9999, "too_small"), ("city", 10_000, "small"), ("city", 50_000, "usual")],
)
def test_size_of_an_olt(area, households, verdict):
    assert judge_olt_size(area, households) == verdict


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: judge_olt_size("village", 1), "AREA_UNKNOWN"),
        (lambda: judge_olt_size("city", -1), "VALUE_IMPOSSIBLE"),
        (lambda: distribution_strand_count(-1), "VALUE_IMPOSSIBLE"),
    ],
)
def test_what_cannot_be(call, code):
    with pytest.raises(InputError) as refused:
        call()
    assert refused.value.code == code
