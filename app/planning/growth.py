"""How use has grown, month by month, and when capacity runs out at that pace."""
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy
from scipy import special

from app.core.errors import InputError
from app.engineering.growth import Exhaustion, linear_exhaustion

# Least months for any pace, and months that a forecast is held against.
FEWEST_MONTHS, BACKTEST_MONTHS = 3, 6
# Months that a pace may be the mean of. A line through the last year is read so many months after its end as a forecast's middle lies: a
# trend is not carried further than it was tried.
_WINDOWS = {"year": 12, "half": 6, "quarter": 3}
_TREND_MONTHS, _TREND_AHEAD = 12, (BACKTEST_MONTHS + 1) / 2
# Seasons are believed where two whole years carry them and they resemble each other at least so much (correlation).
_SEASON_MONTHS, _SEASON_LIKENESS = 24, 0.6
# Less than this is rounding.
_NO_SWING = 1e-9
_LEVEL = 0.95


@dataclass(frozen=True)
class Growth:
    """Net additions per month.

    Attributes
    ----------
    per_month
        The pace to come.
    low, high
        Between them the true pace lies with 95 %, if months are independent; equal to it where there are too few months to tell.
    seasons
        What each of the twelve months to come adds above or below the mean, the next month first; all 0 where the past does not carry it.
    taken_from
        ``year``, ``half``, ``quarter``: the mean of the last 12, 6, 3 months. ``seasons``: of the last year, with its swings.
        ``trend``: where a line through the last year leads in the six months to come.
    """

    per_month: float
    low: float
    high: float
    seasons: tuple[float, ...]
    taken_from: str = "year"

    def ahead(self, months: int) -> list[float]:
        """What is added until the end of each of the months to come."""
        return numpy.cumsum([self.per_month + self.seasons[month % 12] for month in range(months)]).tolist()


def measure_growth(net_adds: Sequence[float]) -> Growth:
    """The growth that a history of net additions shows, the oldest month first.

    Seasons that return are believed. Else the pace is taken in the way that would have foretold this history's own last six months
    best, made from the months before them; the longer way where two are equal, and the mean of the last year where too little is before.

    Raises
    ------
    InputError
        ``HISTORY_SHORT`` for less than three months.
    """
    if len(net_adds) < FEWEST_MONTHS:
        raise InputError(
            "HISTORY_SHORT", "too few months to tell a pace", found=len(net_adds), expected=f"at least {FEWEST_MONTHS}",
            next_step="take a larger area, or wait",
        )  # fmt: skip
    months, seasons = numpy.asarray(net_adds, dtype=float), _seasons(net_adds)
    way = "seasons" if any(seasons) else _best_way(months)
    pace, spread, freedom = _trend(months) if way == "trend" else _mean(months, _WINDOWS.get(way, _WINDOWS["year"]))
    reach = float(special.stdtrit(freedom, (1 + _LEVEL) / 2)) * spread
    return Growth(pace, pace - reach, pace + reach, seasons, way)


def _mean(months: numpy.ndarray, window: int) -> tuple[float, float, int]:
    """The pace, its standard error, and degrees of freedom."""
    recent = months[-window:]
    return float(recent.mean()), float(recent.std(ddof=1)) / sqrt(len(recent)), len(recent) - 1


def _trend(months: numpy.ndarray) -> tuple[float, float, int]:
    """As `_mean`, of the line of least squares where it is read."""
    recent = months[-_TREND_MONTHS:]
    steps = numpy.arange(len(recent)) - (len(recent) - 1) / 2
    squares = float(steps @ steps)
    slope = float(steps @ recent) / squares
    read_at = steps[-1] + _TREND_AHEAD
    left = recent - recent.mean() - slope * steps
    freedom = len(recent) - 2
    spread = sqrt(float(left @ left) / freedom * (1 / len(recent) + read_at**2 / squares))
    return float(recent.mean() + slope * read_at), spread, freedom


def _best_way(months: numpy.ndarray) -> str:
    known, held = months[:-BACKTEST_MONTHS], months[-BACKTEST_MONTHS:]
    if len(known) < FEWEST_MONTHS:
        return "year"
    truth, ahead = numpy.cumsum(held), numpy.arange(1, BACKTEST_MONTHS + 1)
    paces = {name: _mean(known, window)[0] for name, window in _WINDOWS.items()}
    if len(known) >= _TREND_MONTHS:
        paces["trend"] = _trend(known)[0]
    # Errors that differ by rounding alone are equal.
    return min(paces, key=lambda way: round(float(abs(paces[way] * ahead - truth).sum()), 9))


def _seasons(net_adds: Sequence[float]) -> tuple[float, ...]:
    none = (0.0,) * 12
    if len(net_adds) < _SEASON_MONTHS:
        return none
    years = numpy.asarray(net_adds[-_SEASON_MONTHS:], dtype=float).reshape(2, 12)
    swings = years - years.mean(axis=1, keepdims=True)
    # A steady rise makes two years alike without any season, so the rise from year to year is taken out before they are compared.
    rise = (years[1].mean() - years[0].mean()) / 12 * (numpy.arange(12) - 5.5)
    sizes = numpy.sqrt(((swings - rise) ** 2).sum(axis=1))
    if sizes.min() < _NO_SWING or ((swings - rise)[0] @ (swings - rise)[1]) / sizes.prod() < _SEASON_LIKENESS:
        return none
    return tuple(swings.mean(axis=0).tolist())


@dataclass(frozen=True)
class Backtest:
    """What a forecast made some months ago would have been worth.

    Attributes
    ----------
    error, naive_error
        Mean distance between what was forecast to be added until the end of each month and what was, of the forecast and of one that
        repeats the last month known; in the unit of the history.
    """

    months: int
    error: float
    naive_error: float


def backtest(net_adds: Sequence[float], months: int = BACKTEST_MONTHS) -> Backtest | None:
    """The forecast of the last months from those before them; None where too few are before them."""
    known, held = net_adds[:-months], net_adds[-months:]
    if len(known) < FEWEST_MONTHS:
        return None
    truth = numpy.cumsum(held)
    naive = known[-1] * numpy.arange(1, months + 1)
    told = numpy.array(measure_growth(known).ahead(months))
    return Backtest(months, float(abs(told - truth).mean()), float(abs(naive - truth).mean()))


@dataclass(frozen=True)
class Forecast:
    """When a threshold is reached, in months from the data's end; ``earliest`` and ``latest`` by the ends of the growth's interval.

    ``state`` is as in `app.engineering.growth.Exhaustion`; months are None where it is never reached.
    """

    state: str
    months: float | None
    earliest: float | None
    latest: float | None


def forecast_exhaustion(installed: float, used: float, growth: Growth, threshold_ratio: float) -> Forecast:
    """When use reaches a part of what is installed (C5), at the pace and at both ends of its interval."""
    answers = [_due(installed, used, pace, threshold_ratio) for pace in (growth.per_month, growth.high, growth.low)]
    return Forecast(answers[0].state, *(answer.months for answer in answers))


def _due(installed: float, used: float, pace: float, threshold_ratio: float) -> Exhaustion:
    return linear_exhaustion(installed, used, pace, threshold_ratio)
