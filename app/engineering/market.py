"""How much of the market is reached: take rate, penetration, share, coverage. Where there is nothing to divide by there is no ratio."""

from app.core.errors import InputError
from app.engineering.quantities import between, divide, not_negative
from app.engineering.tables import LIMITS


def take_ratio(connected: int, homes_passed: int) -> float | None:
    """The part of the homes passed that is connected.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative counts; ``PART_EXCEEDS_WHOLE``.
    """
    return _part(connected, homes_passed)


def penetration_ratio(connected: int, homes: int) -> float | None:
    """The part of all homes that is connected.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative counts; ``PART_EXCEEDS_WHOLE``.
    """
    return _part(connected, homes)


def share_ratio(ours: int, rivals: int) -> float | None:
    """Our part of all customers, ours and the rivals'.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative counts.
    """
    not_negative(ours=ours, rivals=rivals)
    return divide(ours, ours + rivals)


def coverage_ratio(passed: int, all_places: int) -> float | None:
    """The part of all homes or villages that is passed.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative counts; ``PART_EXCEEDS_WHOLE`` where more are passed than there are: an error of the data.
    """
    return _part(passed, all_places)


def expected_connections(homes_passed: int, ratio: float = LIMITS["ftth_take_up_ratio"]) -> float:
    """The connections to plan for when so many homes are passed.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``.

    Notes
    -----
    Source: m.274949.com t33468422; 360docs 0d10702978.
    """
    not_negative(homes_passed=homes_passed)
    between(0, 1, ratio=ratio)
    return homes_passed * ratio


def _part(part: int, whole: int) -> float | None:
    not_negative(part=part, whole=whole)
    if part > whole:
        raise InputError(
            "PART_EXCEEDS_WHOLE", "the part is more than the whole", found=part, expected=f"at most {whole}", next_step="correct the counts"
        )
    return divide(part, whole)
