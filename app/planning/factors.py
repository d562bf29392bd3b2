"""What a scenario adds to the pace of the past: new buildings, campaigns, churn; ``growth_factors.csv``, to be edited."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy

from app.core.errors import InputError
from app.engineering.growth import linear_exhaustion
from app.engineering.tables import read_table
from app.planning.models import FACTOR_KINDS

# Months that a forecast with factors looks ahead; what lasts longer never runs out as far as anybody can tell.
HORIZON = 240


@dataclass(frozen=True)
class Factor:
    """A row of ``growth_factors.csv``; it holds in a grid and all grids inside it.

    Attributes
    ----------
    kind
        ``new_building``: ``lines`` come evenly from a day until another. ``campaign``: the pace is ``ratio`` times that of the past.
        ``churn``: each month ``ratio`` of the services live now is given up.
    until_on
        None for one month (a new building) or without end.
    """

    scenario: str
    kind: str
    grid: str
    product: str
    lines: float | None
    ratio: float | None
    from_on: str
    until_on: str | None
    note: str | None


@cache
def read_factors() -> Sequence[Factor]:
    """All factors.

    Raises
    ------
    InputError
        ``FACTOR_INVALID``.
    """
    rows = read_table("growth_factors.csv", Factor, Path(__file__).parent)
    for row in rows:
        if row.kind not in FACTOR_KINDS or (row.lines if row.kind == "new_building" else row.ratio) is None:
            told = "a factor lacks its figure, or its kind is unknown"
            raise InputError("FACTOR_INVALID", told, row.scenario, row.kind, ", ".join(FACTOR_KINDS))
    return rows


def months_after(ends_on: date, day: str) -> int:
    """The month to come in which a day lies, the first is 0; negative for days past."""
    year, month, _ = map(int, day.split("-"))
    return 12 * (year - ends_on.year) + month - ends_on.month - 1


def added_lines(factors: Sequence[Factor], pace: float, live: int, ends_on: date) -> numpy.ndarray:
    """The lines that factors add in each of the months to come.

    Parameters
    ----------
    pace
        Net additions a month, in lines; ``live`` services there are now.
    """
    added = numpy.zeros(HORIZON)
    for row in factors:
        first = max(months_after(ends_on, row.from_on), 0)
        last = months_after(ends_on, row.until_on) if row.until_on else first if row.kind == "new_building" else HORIZON - 1
        months = numpy.arange(first, min(last, HORIZON - 1) + 1)
        if len(months):
            ratio, lines = row.ratio or 0.0, row.lines or 0.0
            each = {"new_building": lines / len(months), "campaign": pace * (ratio - 1), "churn": -live * ratio}
            added[months] += each[row.kind]
    return added


def exhaust_along(installed: float, used: float, monthly: Sequence[float], threshold_ratio: float) -> tuple[str, float | None]:
    """State and months until use reaches a part of what is installed, month by month; within a month the way is straight."""
    told = linear_exhaustion(installed, used, float(monthly[0]) if len(monthly) else 0.0, threshold_ratio)
    if told.state in ("reached", "no_capacity") or not installed:
        return told.state, told.months
    room, before = threshold_ratio * installed - used, 0.0
    for month, after in enumerate(numpy.cumsum(monthly).tolist()):
        if after >= room:
            return "due", month + (room - before) / (after - before)
        before = after
    return "never", None
