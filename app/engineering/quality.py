"""How good the records are: four dimensions, one score, and how far a sample can be trusted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from app.core.errors import InputError
from app.engineering.quantities import between, not_negative, positive
from app.engineering.tables import LIMITS, read_table


@dataclass(frozen=True)
class Weight:
    """What a dimension counts in the score."""

    dimension: str
    weight: float
    source: str


@dataclass(frozen=True)
class Sample:
    """A ratio found by checking some, with its interval of confidence; None where none was checked."""

    ratio: float | None
    low: float | None
    high: float | None
    checked: int


WEIGHTS = read_table("quality_weights.csv", Weight)


def quality_score(ratios: Mapping[str, float | None], weights: Sequence[Weight] = WEIGHTS) -> float | None:
    """The score of records, 0..100: 100 sum(w v) / sum(w); None where no dimension has anything to count.

    Parameters
    ----------
    ratios
        Every dimension, 0..1; None where there was nothing to count: it then drops out of both sums.

    Raises
    ------
    InputError
        ``DIMENSION_UNKNOWN`` where a dimension is missing or too many; ``VALUE_IMPOSSIBLE``.
    """
    names = {row.dimension for row in weights}
    if ratios.keys() != names:
        raise InputError(
            "DIMENSION_UNKNOWN", "a score needs every dimension and no other", found=", ".join(sorted(ratios)),
            expected=", ".join(sorted(names)), next_step="give each dimension once",
        )  # fmt: skip
    counted = {row.dimension: row.weight for row in weights if ratios[row.dimension] is not None}
    between(0, 1, **{name: ratios[name] for name in counted})
    not_negative(**{f"weight of {name}": weight for name, weight in counted.items()})
    total = sum(counted.values())
    return 100 * sum(weight * ratios[name] for name, weight in counted.items()) / total if total else None


def timeliness_ratio(delays_days: Iterable[float], most_days: float = LIMITS["timely_days"]) -> float | None:
    """The part of changes that were recorded in time; None where nothing changed.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative delay.
    """
    delays = list(delays_days)
    for delay in delays:
        not_negative(delay_days=delay)
    return sum(delay <= most_days for delay in delays) / len(delays) if delays else None


def judge_sample(matches: int, checked: int, z: float = LIMITS["wilson_z"]) -> Sample:
    """The part of a sample that matches, and its Wilson interval, of 95 % by default.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative counts or more matches than checks.

    Notes
    -----
    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    not_negative(checked=checked)
    between(0, checked, matches=matches)
    positive(z=z)
    if not checked:
        return Sample(None, None, None, 0)
    ratio = matches / checked
    middle = ratio + z * z / (2 * checked)
    spread = z * sqrt(ratio * (1 - ratio) / checked + z * z / (4 * checked * checked))
    whole = 1 + z * z / checked
    return Sample(ratio, max((middle - spread) / whole, 0.0), min((middle + spread) / whole, 1.0), checked)
