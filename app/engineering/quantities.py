"""Figures that can be, and ratios. What cannot be is refused with one clear error; where there is no capacity there is no ratio."""

from math import isfinite

from app.core.errors import InputError


def divide(part: float, whole: float) -> float | None:
    """The ratio of two sums, or None where there is no whole."""
    return part / whole if whole > 0 else None


def not_negative(**figures: float) -> None:
    """Accept figures of 0 or more.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``, its subject the name of the first figure that is not.
    """
    for name, value in figures.items():
        if not (isfinite(value) and value >= 0):
            raise impossible(name, value, "0 or more")


def positive(**figures: float) -> None:
    """Accept figures above 0.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``, its subject the name of the first figure that is not.
    """
    for name, value in figures.items():
        if not (isfinite(value) and value > 0):
            raise impossible(name, value, "more than 0")


def between(low: float, high: float, **figures: float) -> None:
    """Accept figures from ``low`` to ``high``, both included.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``, its subject the name of the first figure that is not.
    """
    for name, value in figures.items():
        if not low <= value <= high:
            raise impossible(name, value, f"{low} to {high}")


def impossible(name: str, value: object, expected: str) -> InputError:
    """The error for a figure that cannot be."""
    return InputError(
        "VALUE_IMPOSSIBLE", f"{name} cannot be {value}", subject=name, found=value, expected=expected, next_step="correct the figure"
    )
