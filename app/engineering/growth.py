"""When capacity runs out. Times in months from the day of the figures."""

from dataclasses import dataclass
from math import isfinite, log

from app.engineering.quantities import impossible, not_negative, positive


@dataclass(frozen=True)
class Exhaustion:
    """When a threshold of use is reached.

    Attributes
    ----------
    state
        ``due``; ``reached`` where it is reached or passed already; ``never`` where nothing grows; ``no_capacity``.
    months
        Until then; negative or 0 where reached; None where no growth tells.
    """

    state: str
    months: float | None


def linear_exhaustion(installed: float, used: float, growth_per_month: float, threshold_ratio: float = 1.0) -> Exhaustion:
    """When use reaches a part of what is installed, by steady growth: t = (T N - U) / g.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative counts, a threshold that is not above 0, or a growth that is no number.
    """
    _checked(installed, used, growth_per_month, threshold_ratio)
    left = threshold_ratio * installed - used
    return _exhaustion(installed, left, left / growth_per_month if growth_per_month > 0 else None)


def compound_exhaustion(installed: float, used: float, growth_ratio_per_month: float, threshold_ratio: float = 1.0) -> Exhaustion:
    """When use reaches a part of what is installed, by growth of a part of itself: t = ln(T N / U) / ln(1 + r).

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative counts, a threshold that is not above 0, or a growth that is no number.
    """
    _checked(installed, used, growth_ratio_per_month, threshold_ratio)
    grows = growth_ratio_per_month > 0 and used > 0 and installed > 0
    months = log(threshold_ratio * installed / used) / log(1 + growth_ratio_per_month) if grows else None
    return _exhaustion(installed, threshold_ratio * installed - used, months)


def _exhaustion(installed: float, left: float, months: float | None) -> Exhaustion:
    if not installed:
        return Exhaustion("no_capacity", None)
    if left <= 0:
        return Exhaustion("reached", months)
    return Exhaustion("never" if months is None else "due", months)


def _checked(installed: float, used: float, growth: float, threshold_ratio: float) -> None:
    not_negative(installed=installed, used=used)
    positive(threshold_ratio=threshold_ratio)
    if not isfinite(growth):
        raise impossible("growth", growth, "a finite number")
