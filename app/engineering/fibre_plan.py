"""First sizes of a fibre access network: strands of a cabinet, households of an OLT."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from app.engineering.quantities import not_negative
from app.engineering.tables import LIMITS, find_row, read_table


@dataclass(frozen=True)
class OltSize:
    """Households that an OLT serves in the end, by kind of area."""

    area: str
    least_households: int
    usual_from_households: int
    usual_to_households: int
    source: str


OLT_SIZES = read_table("fibre_plan_olt_sizes.csv", OltSize)


def distribution_strand_count(access_points: int) -> int:
    """Strands on the distribution side of a fibre cabinet for its final number of access points.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative number.

    Notes
    -----
    Source: city12345.cn 3240423.
    """
    not_negative(access_points=access_points)
    return ceil(access_points * LIMITS["access_point_strand_count"] * LIMITS["access_point_ratio"] - 1e-9)


def judge_olt_size(area: str, households: int, sizes: Iterable[OltSize] = OLT_SIZES) -> str:
    """``too_small``, ``small``, ``usual`` or ``large`` for the households that an OLT serves in the end.

    Raises
    ------
    InputError
        ``AREA_UNKNOWN``; ``VALUE_IMPOSSIBLE`` for a negative number.

    Notes
    -----
    Source: m.274949.com t33468422; 360docs 0d10702978.
    """
    not_negative(households=households)
    size = find_row(sizes, "fibre_plan_olt_sizes.csv", "AREA_UNKNOWN", area=area)
    if households < size.least_households:
        return "too_small"
    if households < size.usual_from_households:
        return "small"
    return "usual" if households <= size.usual_to_households else "large"
