"""What fits into a duct: areas, bundles of subducts, cables in subducts. Limits are data; editions of the rules differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import InputError
from app.engineering.quantities import divide, not_negative, positive
from app.engineering.tables import LIMITS, read_table

# Diameter of the smallest circle around n equal circles of diameter 1 (circle packing), n = 1..7.
EQUIVALENT_DIAMETERS = (1.0, 2.0, 2.1547, 2.4142, 2.7013, 3.0, 3.0)


@dataclass(frozen=True)
class AreaLimit:
    """Most of a duct's area that so many cables may take; the last row holds for more."""

    cable_count: int
    most_ratio: float
    source: str


AREA_LIMITS = read_table("duct_area_limits.csv", AreaLimit)


def area_fill(inner_mm: float, outer_mm: Sequence[float]) -> float | None:
    """The part of a hole's area that round things of these diameters take: sum(d^2) / D^2, in mm; None for a hole of 0.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative diameter.
    """
    not_negative(inner_mm=inner_mm)
    for diameter in outer_mm:
        not_negative(outer_mm=diameter)
    return divide(sum(diameter**2 for diameter in outer_mm), inner_mm**2)


def bundle_share(inner_mm: float, outer_mm: float, count: int) -> float | None:
    """The diameter of a bundle of equal circles as a part of the hole's inner diameter, in mm; None for a hole of 0.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative figure; ``BUNDLE_UNKNOWN`` for more than seven, whose packing is not known here.
    """
    not_negative(inner_mm=inner_mm, outer_mm=outer_mm, count=count)
    if count > len(EQUIVALENT_DIAMETERS):
        raise InputError(
            "BUNDLE_UNKNOWN", "the packing of so many subducts is not known", found=count, expected=f"at most {len(EQUIVALENT_DIAMETERS)}",
            next_step="judge it by its area",
        )  # fmt: skip
    return divide(EQUIVALENT_DIAMETERS[count - 1] * outer_mm if count else 0.0, inner_mm)


def bundle_fits(inner_mm: float, outer_mm: float, count: int, most_ratio: float = LIMITS["bundle_most_ratio"]) -> bool:
    """True where a bundle of subducts fits the hole.

    Raises
    ------
    InputError
        As `bundle_share`.
    """
    share = bundle_share(inner_mm, outer_mm, count)
    return share is not None and share <= most_ratio


def cable_fits(inner_mm: float, outer_mm: float, least_ratio: float = LIMITS["subduct_least_ratio"]) -> bool:
    """True where a subduct of this inner diameter is wide enough for a cable of this outer diameter, in mm.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a diameter that is not above 0.
    """
    positive(inner_mm=inner_mm, outer_mm=outer_mm)
    return inner_mm >= least_ratio * outer_mm


def area_fits(inner_mm: float, outer_mm: Sequence[float], limits: Sequence[AreaLimit] = AREA_LIMITS) -> bool:
    """True where cables of these diameters, in mm, keep to the limit of area for their number.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative diameter.

    Notes
    -----
    Source: NEC chapter 9 table 1, after duraline.com NEC fill.
    """
    fill = area_fill(inner_mm, outer_mm)
    if not outer_mm or fill is None:
        return not outer_mm
    limit = max((row for row in limits if row.cable_count <= len(outer_mm)), key=lambda row: row.cable_count)
    return fill <= limit.most_ratio
