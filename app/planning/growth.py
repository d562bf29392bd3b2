"""How use has grown, month by month, and when capacity runs out at that pace."""
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy
from scipy import special

from app.core.errors import InputError
from app.engineering.growth import Exhaustion, linear_exhaustion

# Months that a pace is taken from: the last year, so that every season counts once; and least months for any pace.
PACE_MONTHS, FEWEST_MONTHS = 12, 3
BACKTEST_MONTHS = 6
# Seasons are believed where two whole years carry them and they resemble each other at least so much (correlation).
_SEASON_MONTHS, _SEASON_LIKENESS = 24, 0.6
_LEVEL = 0.95


@dataclass(frozen=True)
class Growth:
    """Net additions per month.

    Attributes
    ----------
    per_month
        The mean of the months that the pace is taken from.
    low, high
        Between them the true mean lies with 95 %, if months are independent; equal to it where there are too few months to tell.
    seasons
        What each of the twelve months to come adds above or below the mean, the next month first; all 0 where the past does not carry it.
    """

    per_month: float
    low: float
    high: float
    seasons: tuple[float, ...]

    def ahead(self, months: int) -> list[float]:
        """What is added until the end of each of the months to come."""
        return numpy.cumsum([self.per_month + self.seasons[month % 12] for month in range(months)]).tolist()


def measure_growth(net_adds: Sequence[float]) -> Growth:
    """The growth that a history of net additions shows, the oldest month first.

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
    recent = numpy.asarray(net_adds[-PACE_MONTHS:], dtype=float)
    mean, spread = float(recent.mean()), float(recent.std(ddof=1)) / sqrt(len(recent))
    reach = float(special.stdtrit(len(recent) - 1, (1 + _LEVEL) / 2)) * spread
    return Growth(mean, mean - reach, mean + reach, _seasons(net_adds))


def _seasons(net_adds: Sequence[float]) -> tuple[float, ...]:
    none = (0.0,) * 12
    if len(net_adds) < _SEASON_MONTHS:
        return none
    years = numpy.asarray(net_adds[-_SEASON_MONTHS:], dtype=float).reshape(2, 12)
    swings = years - years.mean(axis=1, keepdims=True)
    sizes = numpy.sqrt((swings**2).sum(axis=1))
    if not sizes.all() or (swings[0] @ swings[1]) / sizes.prod() < _SEASON_LIKENESS:
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
