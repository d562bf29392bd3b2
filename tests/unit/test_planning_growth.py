"""Growth of known series, its interval, seasons, backtest and the date of exhaustion (C5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InputError
from app.planning.growth import backtest, forecast_exhaustion, measure_growth

SEASONS = [6, -2, 0, 4, -4, -4, 2, -2, 0, 4, -2, -2]


@given(st.integers(-50, 50), st.integers(3, 40))
def test_a_steady_pace_is_found_exactly(pace, months):
    growth = measure_growth([pace] * months)
    assert (growth.per_month, growth.low, growth.high) == pytest.approx((pace, pace, pace))
    assert growth.ahead(3) == pytest.approx([pace, 2 * pace, 3 * pace])
    if months >= 9:
        assert (backtest([pace] * months).error, backtest([pace] * months).naive_error) == pytest.approx((0, 0))


@given(st.integers(0, 30), st.integers(-3, 3))
def test_seasons_that_return_are_foretold(pace, step):
    """Two years alike but for their level: the months to come repeat them, and the naive forecast, which repeats one month, is worse."""
    years = [pace + swing for swing in SEASONS] + [pace + step + swing for swing in SEASONS]
    growth = measure_growth(years)
    assert growth.per_month == pytest.approx(pace + step)
    assert growth.seasons == pytest.approx(SEASONS)
    assert growth.ahead(12)[-1] == pytest.approx(12 * (pace + step))


def test_without_likeness_there_are_no_seasons():
    assert measure_growth([3, 5] * 6 + [5, 3] * 6).seasons == (0.0,) * 12
    assert measure_growth([3, 5] * 11).seasons == (0.0,) * 12


def test_interval_by_hand():
    """Ten and twelve in turn for a year: mean 11, standard error 1.04447 / sqrt(12) = 0.30151, t(0.975, 11) = 2.20099."""
    growth = measure_growth([10, 12] * 6)
    assert (growth.low, growth.high) == (pytest.approx(11 - 0.66362, abs=1e-4), pytest.approx(11 + 0.66362, abs=1e-4))


def test_backtest_by_hand():
    """Eighteen months at 4 but the last known at 10, then six at 4: the pace of the last year is 4.5, the naive one 10."""
    found = backtest([4] * 17 + [10] + [4] * 6)
    # Distances grow by 0.5 and by 6 each month: their means over six months are 3.5 times that.
    assert (found.months, found.error, found.naive_error) == (6, pytest.approx(1.75), pytest.approx(21.0))
    assert backtest([1] * 8) is None


@pytest.mark.parametrize(
    ("installed", "used", "pace", "threshold", "months"),
    [(6672, 5338, 110, 0.9, 6.06), (1000, 650, 12.5, 0.8, 12.0), (512, 430, 6, 0.8, -3.4)],
)
def test_exhaustion_of_published_vectors(installed, used, pace, threshold, months):
    found = forecast_exhaustion(installed, used, measure_growth([pace] * 12), threshold)
    assert found.months == pytest.approx(months, abs=0.005)
    assert found.state == ("reached" if months < 0 else "due")


def test_the_interval_gives_the_earliest_and_the_latest_date():
    found = forecast_exhaustion(1000, 890, measure_growth([10, 12] * 6), 1.0)
    assert found.months == pytest.approx(10.0)
    assert found.earliest < found.months < found.latest
    shrinking = forecast_exhaustion(1000, 890, measure_growth([-5] * 6), 1.0)
    assert (shrinking.state, shrinking.months, shrinking.earliest) == ("never", None, None)


def test_too_short_a_history_is_told():
    with pytest.raises(InputError) as short:
        measure_growth([1, 2])
    assert short.value.code == "HISTORY_SHORT"
