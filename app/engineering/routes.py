"""How full a row of cable segments or duct sections is, and which strands are idle all the way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.core.errors import InputError
from app.engineering.quantities import divide, not_negative


@dataclass(frozen=True)
class LengthUse:
    """Strands of one segment, or holes of one duct section: how many there are, how many are taken, and the length in metres."""

    total: int
    used: int
    length_m: float


@dataclass(frozen=True)
class RouteUse:
    """Use of a row of segments or sections.

    Attributes
    ----------
    count_ratio
        Taken of all, each counting the same.
    length_ratio
        Taken of all, each weighted with its length: by strand-kilometres or hole-kilometres.
    worst_ratio
        The fullest.
    used_m, total_m
        Strand-metres or hole-metres taken and there.
    least_idle
        The fewest idle in any: bounds those that are idle all the way.
    """

    count_ratio: float | None
    length_ratio: float | None
    worst_ratio: float | None
    used_m: float
    total_m: float
    least_idle: int


def route_use(parts: Sequence[LengthUse]) -> RouteUse:
    """How full a row of segments or sections is: sums over sums, never means of ratios.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures; ``USED_EXCEEDS_TOTAL``.
    """
    for part in parts:
        not_negative(total=part.total, used=part.used, length_m=part.length_m)
        if part.used > part.total:
            raise InputError(
                "USED_EXCEEDS_TOTAL", "more are taken than there are", found=part.used, expected=f"at most {part.total}",
                next_step="count again from the rows",
            )  # fmt: skip
    ratios = [part.used / part.total for part in parts if part.total]
    used_m = sum(part.used * part.length_m for part in parts)
    total_m = sum(part.total * part.length_m for part in parts)
    return RouteUse(
        divide(sum(part.used for part in parts), sum(part.total for part in parts)),
        divide(used_m, total_m),
        max(ratios, default=None),
        used_m,
        total_m,
        min((part.total - part.used for part in parts), default=0),
    )


def through_strands(idle: Sequence[Collection[int]], joints: Sequence[Mapping[int, int]]) -> list[tuple[int, ...]]:
    """The strands that are idle in every segment and joined from each to the next: one tuple of strand numbers per free way.

    Parameters
    ----------
    idle
        For each segment of the route the numbers of its idle strands.
    joints
        Between each segment and the next: strand here -> strand there. One shorter than ``idle``.

    Raises
    ------
    InputError
        ``ROUTE_BROKEN`` where the joints do not lie between the segments.
    """
    if len(joints) != max(len(idle) - 1, 0):
        raise InputError(
            "ROUTE_BROKEN", "a route has one set of joints between each two segments", found=len(joints), expected=max(len(idle) - 1, 0),
            next_step="give the joints of every closure",
        )  # fmt: skip
    if not idle:
        return []
    ways = [(strand,) for strand in sorted(idle[0])]
    for joint, free in zip(joints, idle[1:], strict=True):
        ways = [(*way, joint[way[-1]]) for way in ways if joint.get(way[-1]) in free]
    return ways
