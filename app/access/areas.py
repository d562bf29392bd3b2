"""Where a person may look: everywhere, or some regions, or some grids of a region with all that lies inside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.errors import InputError

SEPARATOR = "/"


@dataclass(frozen=True)
class Area:
    """What a caller may see.

    Attributes
    ----------
    walls
        Sets of places as ``421000`` or ``421000/421022100``; the caller sees what lies within a place of every set. No set is everywhere.
    """

    walls: tuple[frozenset[str], ...] = ()

    @property
    def is_everywhere(self) -> bool:
        return not self.walls

    @property
    def digest(self) -> str:
        """The same for the same places; empty everywhere."""
        return hashlib.blake2b(self.told.encode(), digest_size=6).hexdigest() if self.walls else ""

    @property
    def told(self) -> str:
        """The places as JSON, the same for the same places; empty everywhere. ``recall_area`` reads it."""
        return json.dumps(sorted({tuple(sorted(wall)) for wall in self.walls}), ensure_ascii=False) if self.walls else ""

    def within(self, other: Area) -> Area:
        """What lies in both."""
        return Area((*self.walls, *other.walls))

    def holds_region(self, region_id: int) -> bool:
        """Whether the whole region is seen."""
        return all(str(region_id) in wall for wall in self.walls)

    def touches_region(self, region_id: int) -> bool:
        """Whether anything of the region is seen."""
        return all(any(place.split(SEPARATOR)[0] == str(region_id) for place in wall) for wall in self.walls)

    def grid_codes(self, region_id: int) -> list[list[str]]:
        """The codes of the grids, set by set, for the sets that do not hold the whole region."""
        return [
            sorted(place.split(SEPARATOR, 1)[1] for place in wall if place.startswith(f"{region_id}{SEPARATOR}"))
            for wall in self.walls
            if str(region_id) not in wall
        ]


EVERYWHERE = Area()


def build_area(*sets: Iterable[str] | None) -> Area:
    """The area within all of the sets of places; None stands for everywhere."""
    return Area(tuple(frozenset(places) for places in sets if places is not None))


def recall_area(told: str) -> Area:
    """The area of which that was told."""
    return build_area(*json.loads(told)) if told else EVERYWHERE


def read_place(text: str) -> tuple[int, str]:
    """Region and grid code of a place as it is written; the code is empty for the whole region.

    Raises
    ------
    InputError
        ``AREA_BAD``.
    """
    region, _, grid = text.strip().partition(SEPARATOR)
    if not (region.isascii() and region.isdigit() and len(region) < 19) or len(grid) > 60 or (SEPARATOR in text and not grid):
        raise InputError("AREA_BAD", "This is no area.", found=text, expected="a region, 421000, or a grid of it, 421000/421022100")
    return int(region), grid


def write_place(region_id: int, grid_code: str) -> str:
    """A place as it is written."""
    return f"{region_id}{SEPARATOR}{grid_code}" if grid_code else str(region_id)
