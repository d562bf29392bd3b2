"""Faults that come again: of one resource, of one model and cause, and soon after an installation. Days are days in China."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.engineering.quantities import impossible
from app.engineering.quarters import Quarter, quarter_of_day
from app.engineering.tables import LIMITS


@dataclass(frozen=True)
class Fault:
    """A fault of a resource or line; model and cause are None where they are not known."""

    subject: str
    on: date
    model: str | None = None
    cause: str | None = None


@dataclass(frozen=True)
class Repeat:
    """Faults of one subject that came again.

    Attributes
    ----------
    rules
        ``soon``: two within the days; ``quarter``: too many in one quarter.
    """

    subject: str
    rules: tuple[str, ...]
    days: tuple[date, ...]


@dataclass(frozen=True)
class VendorCase:
    """Faults of one model by one cause that are too many in a quarter."""

    model: str
    cause: str
    quarter: Quarter
    fault_count: int


def repeat_rules(
    days: Iterable[date], within_days: float = LIMITS["repeat_days"], in_quarter: float = LIMITS["repeat_quarter_count"]
) -> tuple[str, ...]:
    """The rules by which the faults of one subject are repeats: ``soon``, ``quarter``, both or none."""
    ordered = sorted(days)
    rules = []
    if any((after - before).days <= within_days for before, after in pairwise(ordered)):
        rules.append("soon")
    if max(_count_by_quarter(ordered).values(), default=0) >= in_quarter:
        rules.append("quarter")
    return tuple(rules)


def list_repeats(faults: Iterable[Fault]) -> list[Repeat]:
    """Every subject whose faults are repeats, sorted by subject, its days in order."""
    days_of: dict[str, list[date]] = defaultdict(list)
    for fault in faults:
        days_of[fault.subject].append(fault.on)
    found = (Repeat(subject, repeat_rules(days), tuple(sorted(days))) for subject, days in sorted(days_of.items()))
    return [repeat for repeat in found if repeat.rules]


def list_vendor_cases(faults: Iterable[Fault], in_quarter: float = LIMITS["vendor_quarter_count"]) -> list[VendorCase]:
    """Every model and cause with too many faults in a quarter, for its vendor, sorted; faults of unknown model or cause don't count."""
    counts: dict[tuple[str, str, Quarter], int] = defaultdict(int)
    for fault in faults:
        if fault.model and fault.cause:
            counts[fault.model, fault.cause, quarter_of_day(fault.on)] += 1
    return [VendorCase(*key, count) for key, count in sorted(counts.items()) if count >= in_quarter]


def is_install_defect(installed_on: date, fault_on: date, within_days: float = LIMITS["install_defect_days"]) -> bool:
    """True where a fault comes so soon after the installation that it is a defect of it.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a fault before the installation.

    Notes
    -----
    Source: max.book118.com 6055032022012035.
    """
    if fault_on < installed_on:
        raise impossible("fault_on", fault_on.isoformat(), f"{installed_on.isoformat()} or later")
    return (fault_on - installed_on).days <= within_days


def _count_by_quarter(days: Iterable[date]) -> dict[Quarter, int]:
    counts: dict[Quarter, int] = defaultdict(int)
    for day in days:
        counts[quarter_of_day(day)] += 1
    return counts
