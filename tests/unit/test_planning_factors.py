"""Scenarios and chains: months by hand, and constant paces as the formula tells them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engineering.growth import linear_exhaustion
from app.planning.chains import list_bounds
from app.planning.exhaustion import Running
from app.planning.factors import HORIZON, Factor, added_lines, exhaust_along, read_factors
from app.planning.growth import Forecast

END = date(2025, 12, 31)


def factor(kind, lines=None, ratio=None, from_on="2026-01-01", until_on=None):
    return Factor("s", kind, "421022", "ftth", lines, ratio, from_on, until_on, None)


def test_a_new_building_comes_evenly():
    added = added_lines([factor("new_building", lines=120, from_on="2026-07-01", until_on="2026-12-31")], 5, 100, END)
    assert added[:12].tolist() == [0] * 6 + [20] * 6 and added.sum() == 120
    assert added_lines([factor("new_building", lines=7, from_on="2026-02-10")], 5, 100, END)[:3].tolist() == [0, 7, 0]


def test_campaign_and_churn():
    campaign = added_lines([factor("campaign", ratio=1.5, until_on="2026-03-31")], 10, 100, END)
    assert campaign[:4].tolist() == [5, 5, 5, 0]
    churn = added_lines([factor("churn", ratio=0.01, from_on="2025-06-01")], 10, 200, END)
    assert churn[0] == churn[-1] == -2


@given(st.integers(1, 5000), st.floats(0, 1), st.floats(-5, 50))
def test_a_constant_pace_is_the_formula(installed, fill, pace):
    used = installed * fill
    state, months = exhaust_along(installed, used, [pace] * HORIZON, 0.9)
    told = linear_exhaustion(installed, used, pace, 0.9)
    if told.state == "due" and told.months >= HORIZON:
        assert (state, months) == ("never", None)
    else:
        assert state == told.state and months == pytest.approx(told.months, abs=1e-6)


def test_a_building_brings_the_day_nearer_by_hand():
    """100 ports, 40 used, 5 a month: full after 12 months; 30 lines more in the third month leave 6 months."""
    monthly = [5.0, 5.0, 35.0, *[5.0] * 20]
    assert exhaust_along(100, 40, monthly, 1.0) == ("due", pytest.approx(6.0))


def test_the_examples_are_read():
    assert {row.kind for row in read_factors() if row.scenario == "brisk"} == {"campaign", "new_building"}


def running(resource, technology, installed, used, ratio, due_on):
    forecast = Forecast("due", 1.0, None, None)
    return Running("421022101", "镇", "Town", resource, technology, installed, used, ratio, None, forecast, due_on, None, None, None, END)


def test_a_free_port_behind_a_full_feeder_is_no_capacity():
    """30 outputs are free, but a line takes 1.5 strands and 6 are left: four lines; the feeder runs out first too."""
    rows = [
        running("splitter_output", "", 100, 70, 1.0, date(2027, 1, 1)), running("strand", "", 48, 42, 1.5, date(2026, 3, 1)),
        running("pon_split", "", 640, 100, 1.0, None),
    ]  # fmt: skip
    (bound,) = list_bounds(rows)
    assert (bound.product, bound.free_at_end, bound.lines) == ("ftth", 30, 4)
    assert (bound.tightest.resource, bound.first.resource, bound.due_on) == ("strand", "strand", date(2026, 3, 1))
    assert list_bounds(rows[:1]) == []
