"""Which hole or subduct every segment takes, the ducts that a section must therefore have, and sheath lengths."""
import math
import random
from collections.abc import Iterator

from scripts.demo_county.cables import Segment
from scripts.demo_county.routes import sections_along
from scripts.demo_county.structures import Ground

SUBDUCTS = 4
# Copper of more pairs than this is too thick for a subduct and takes a hole.
SUBDUCT_PAIRS = 50
BUNDLES = (1, 2, 3, 4, 6, 9, 12, 16, 20, 24, 30, 36, 42, 48, 60, 72, 96)
UNUSED_SUBDUCTS_SHARE = 0.2
BLOCKED_SHARE = 0.02
PLANNED = ("planned", "designed", "building")
Place = tuple[str, str]


class Ducts:
    """Holes and subducts of every duct section, as cables take them one after the other.

    ``fills`` are those of the towns (0..1): the fuller a town, the fewer holes it has to spare.
    """

    def __init__(self, ground: Ground, fills: list[float]) -> None:
        self.ground = ground
        self.fills = fills
        self.subducts = [0] * len(ground.sections)
        self.holes = [0] * len(ground.sections)

    def take(self, section: int, segment: Segment) -> Place:
        """Hole and subduct for a segment; empty where the section has no ducts or the segment is only planned.

        Subducts count up from hole 1; whole holes count down from the last, which is known only at the end:
        they come as negative numbers until ``settle``.
        """
        if self.ground.sections[section].kind != "duct_section" or segment.life in PLANNED:
            return ("", "")
        if segment.medium == "copper" and segment.size > SUBDUCT_PAIRS:
            self.holes[section] += 1
            return (str(-self.holes[section]), "")
        place = self.subducts[section]
        self.subducts[section] += 1
        return (str(place // SUBDUCTS + 1), str(place % SUBDUCTS + 1))

    def total(self, section: int) -> int:
        """Holes that the section has: what its cables need, spares as the town has them, and a bundle as it is made."""
        need = math.ceil(self.subducts[section] / SUBDUCTS) + self.holes[section]
        fill = self.fills[self.ground.structures[self.ground.sections[section].a].town]
        return next(size for size in BUNDLES if size >= max(1, need, need / (fill + 0.1), 4 * (0.8 - fill)))

    def settle(self, section: int, place: Place) -> Place:
        """A taken place with its final hole number."""
        hole, subduct = place
        return (str(self.total(section) + 1 + int(hole)), subduct) if hole.startswith("-") else place

    def rows(self, rng: random.Random) -> Iterator[tuple]:
        """Rows of the layer ``duct``."""
        for number, section in enumerate(self.ground.sections):
            if section.kind == "duct_section":
                yield from self._section_rows(number, section.code, rng)

    def _section_rows(self, number: int, code: str, rng: random.Random) -> Iterator[tuple]:
        total = self.total(number)
        tubed = math.ceil(self.subducts[number] / SUBDUCTS)
        if tubed + self.holes[number] < total - 1 and rng.random() < UNUSED_SUBDUCTS_SHARE:
            tubed += 1
        blocked = total - self.holes[number] if tubed + self.holes[number] < total and rng.random() < BLOCKED_SHARE else 0
        last = total if not blocked else blocked - 1
        if last:
            yield (code, "", "1" if last == 1 else f"1-{last}", 98, "", "", "")
        if blocked:
            yield (code, "", str(blocked), 98, "", "", "blocked")
            if blocked < total:
                yield (code, "", str(total) if blocked + 1 == total else f"{blocked + 1}-{total}", 98, "", "", "")
        for hole in range(1, tubed + 1):
            yield (code, str(hole), f"1-{SUBDUCTS}", 28, "", "", "")


def lay(ground: Ground, ducts: Ducts, segments: list[Segment], rng: random.Random) -> dict[str, list[tuple]]:
    """The places of every segment along its way: segment code -> (section, place) in order; sets the sheath lengths."""
    ways = {}
    for segment in segments:
        sections = sections_along(ground, segment.nodes)
        ways[segment.code] = [(section, ducts.take(section, segment)) for section in sections]
        route = sum(ground.sections[section].length_m for section in sections)
        # Always rounded up: a sheath may never be shorter than its route.
        segment.sheath_m = math.ceil((route * rng.uniform(1.01, 1.03) + 2 * slack_m(route)) * 10) / 10
    return ways


def slack_m(route_m: float) -> float:
    """Coil at each end of a segment, metres."""
    return round(min(12.0, route_m * 0.03), 1)


def run_rows(ground: Ground, ducts: Ducts, segments: list[Segment], ways: dict[str, list[tuple]]) -> Iterator[tuple]:
    """Rows of the layer ``cable_run``."""
    for segment in segments:
        way = ways[segment.code]
        slack = slack_m(sum(ground.sections[section].length_m for section, _ in way))
        for seq, (section, place) in enumerate(way, start=1):
            hole, subduct = ducts.settle(section, place)
            before = slack if seq == 1 else ""
            after = slack if seq == len(way) else ""
            yield (segment.code, seq, ground.sections[section].code, hole, subduct, before, after, "")
