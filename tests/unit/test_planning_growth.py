"""Growth of known series, its interval, seasons, backtest and the date of exhaustion (C5)."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InputError
from app.planning.growth import _trend, backtest, forecast_exhaustion, measure_growth

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


def test_the_way_is_chosen_that_would_have_foretold_the_past():
    """Each of them foretells the six months before exactly, and no other does."""
    half = measure_growth([9] * 6 + [3] * 12)
    assert (half.taken_from, half.per_month, half.low) == ("half", pytest.approx(3), pytest.approx(3))
    quarter = measure_growth([9] * 9 + [3] * 9)
    assert (quarter.taken_from, quarter.per_month) == ("quarter", pytest.approx(3))
    assert measure_growth([9] * 8).taken_from == "year"


def test_a_trend_is_read_in_the_middle_of_the_months_to_come():
    """A line that rises by 2 a month: after 23 months it stands at 46, in the middle of the next six at 53; then it is held."""
    growth = measure_growth([2 * month for month in range(24)])
    assert (growth.taken_from, growth.per_month, growth.high) == ("trend", pytest.approx(53), pytest.approx(53))
    assert growth.ahead(6)[-1] == pytest.approx(sum(2 * month for month in range(24, 30)))


def test_interval_of_a_trend_by_hand():
    """A line of slope 1 with +1 and -1 in turn: least squares and the standard error of the line where it is read, by numpy."""
    series = [month + (-1) ** month for month in range(12)]
    (slope, start), covariance = numpy.polyfit(range(12), series, 1, cov="unscaled")
    left = numpy.array(series) - start - slope * numpy.arange(12)
    place = numpy.array([14.5, 1])
    reach = 2.228139 * numpy.sqrt(left @ left / 10 * (place @ covariance @ place))
    found = _trend(numpy.array(series, dtype=float))
    assert found == (pytest.approx(start + slope * 14.5), pytest.approx(reach / 2.228139), 10)


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
