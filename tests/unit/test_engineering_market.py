"""Take rate, penetration, share and coverage."""

import pytest

from app.core.errors import InputError
from app.engineering.market import coverage_ratio, expected_connections, penetration_ratio, share_ratio, take_ratio


@pytest.mark.parametrize(
    ("formula", "counts", "percent"),
    [
        (take_ratio, (4000, 6532), 61.24),
        (take_ratio, (670, 2232), 30.02),
        (take_ratio, (0, 0), None),
        (penetration_ratio, (1200, 3000), 40.00),
        (penetration_ratio, (0, 0), None),
        (share_ratio, (4000, 1000), 80.00),
        (share_ratio, (0, 0), None),
        (coverage_ratio, (310, 386), 80.31),
        (coverage_ratio, (386, 386), 100.00),
    ],
)
def test_ratios(formula, counts, percent):
    found = formula(*counts)
    assert found is None if percent is None else round(100 * found, 2) == percent


def test_connections_to_plan_for():
    assert expected_connections(1000) == 300
    assert expected_connections(1000, 0.45) == 450


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: coverage_ratio(387, 386), "PART_EXCEEDS_WHOLE"),
        (lambda: take_ratio(1, 0), "PART_EXCEEDS_WHOLE"),
        (lambda: penetration_ratio(-1, 10), "VALUE_IMPOSSIBLE"),
        (lambda: share_ratio(1, -1), "VALUE_IMPOSSIBLE"),
        (lambda: expected_connections(-1), "VALUE_IMPOSSIBLE"),
        (lambda: expected_connections(1, 1.1), "VALUE_IMPOSSIBLE"),
    ],
)
def test_what_cannot_be(call, code):
    with pytest.raises(InputError) as refused:
        call()
    assert refused.value.code == code
