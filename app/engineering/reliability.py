"""Repair, failure and availability. Times in hours, a year of 365 days."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import prod

from app.engineering.quantities import between, divide, not_negative
from app.engineering.tables import LIMITS

HOURS_PER_YEAR = 365 * 24


@dataclass(frozen=True)
class Reliability:
    """Mean time to repair and between failures, None without a fault; the part of the time in service, None without time."""

    mttr_h: float | None
    mtbf_h: float | None
    availability_ratio: float | None


def reliability(total_h: float, fault_count: int, down_h: float) -> Reliability:
    """What a time with so many faults and hours down says; hours down may come from a fault that another time counts.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures, or more hours down than there are.
    """
    not_negative(total_h=total_h, fault_count=fault_count)
    between(0, total_h, down_h=down_h)
    up = divide(total_h - down_h, total_h)
    return Reliability(divide(down_h, fault_count), divide(total_h - down_h, fault_count), up)


def downtime_h(availability_ratio: float, years: float = 1) -> float:
    """The hours down that an availability allows in so many years.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``.
    """
    between(0, 1, availability_ratio=availability_ratio)
    not_negative(years=years)
    return (1 - availability_ratio) * years * HOURS_PER_YEAR


def series_ratio(availabilities: Iterable[float]) -> float:
    """The availability of a chain: all of its parts must work.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``.
    """
    return prod(_ratios(availabilities))


def parallel_ratio(availabilities: Iterable[float]) -> float:
    """The availability of parts of which one must work; 0 where there is none.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``.
    """
    return 1 - prod(1 - ratio for ratio in _ratios(availabilities))


def faults_per_100_lines(fault_count: int, line_count: int) -> float | None:
    """Faults per 100 lines; None without lines.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative counts.
    """
    not_negative(fault_count=fault_count, line_count=line_count)
    return divide(100 * fault_count, line_count)


def cable_fault_quota(length_m: float) -> Decimal:
    """The blocks that trunk cable of this length may have in a year, to one decimal, halves up.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative length.

    Notes
    -----
    Source: fsou.com 98/9866.
    """
    not_negative(length_m=length_m)
    if length_m < LIMITS["cable_quota_from_km"] * 1000:
        return Decimal(str(LIMITS["cable_quota_least"]))
    quota = Decimal(str(length_m)) / 100_000 * Decimal(str(LIMITS["cable_quota_per_100_km"]))
    return quota.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _ratios(availabilities: Iterable[float]) -> list[float]:
    ratios = list(availabilities)
    for ratio in ratios:
        between(0, 1, availability_ratio=ratio)
    return ratios
