"""When capacity runs out."""

import pytest

from app.core.errors import InputError
from app.engineering.growth import Exhaustion, compound_exhaustion, linear_exhaustion


@pytest.mark.parametrize(
    ("figures", "state", "months"),
    [
        ((6672, 5338, 110, 0.9), "due", 6.06),
        ((1000, 650, 12.5, 0.8), "due", 12.00),
        ((512, 430, 6, 0.8), "reached", -3.40),
        # A year's net gain of lines against the new lines of the plan.
        ((6672, 0, (19_206 - 6442) / 12, 1), "due", 6.27),
        ((100, 80, 5, 0.8), "reached", 0),
    ],
)
def test_steady_growth(figures, state, months):
    found = linear_exhaustion(*figures)
    assert (found.state, round(found.months, 2)) == (state, months)


def test_net_gain_of_the_year_before():
    assert 19_206 - 6442 == 12_764


@pytest.mark.parametrize(
    ("figures", "state", "months"),
    [
        ((6672, 5338, 0.02, 0.9), "due", 5.94),
        ((1000, 650, 0.015, 0.8), "due", 13.95),
        ((512, 430, 0.01, 0.8), "reached", -4.88),
    ],
)
def test_compound_growth(figures, state, months):
    found = compound_exhaustion(*figures)
    assert (found.state, round(found.months, 2)) == (state, months)


@pytest.mark.parametrize("growth", [0, -1])
@pytest.mark.parametrize("exhaustion", [linear_exhaustion, compound_exhaustion])
def test_what_does_not_grow(exhaustion, growth):
    assert exhaustion(100, 50, growth, 0.9) == Exhaustion("never", None)
    assert exhaustion(100, 95, growth, 0.9) == Exhaustion("reached", None)


def test_nothing_used_and_nothing_there():
    assert compound_exhaustion(100, 0, 0.1, 0.9) == Exhaustion("never", None)
    assert linear_exhaustion(0, 0, 1, 0.9) == Exhaustion("no_capacity", None) == compound_exhaustion(0, 5, 0.1, 0.9)


@pytest.mark.parametrize(
    ("figures", "subject"),
    [
        ((-1, 0, 1, 1), "installed"),
        ((1, -1, 1, 1), "used"),
        ((1, 1, 1, 0), "threshold_ratio"),
        ((1, 1, float("nan"), 1), "growth"),
    ],
)
@pytest.mark.parametrize("exhaustion", [linear_exhaustion, compound_exhaustion])
def test_what_cannot_be(exhaustion, figures, subject):
    with pytest.raises(InputError) as refused:
        exhaustion(*figures)
    assert refused.value.subject == subject
