"""The cables between offices as a graph: buried lines that close rings, the rings themselves, and the strands taken on each link."""
import heapq
import math
import random
from dataclasses import dataclass, field
from itertools import combinations

import shapely

from scripts.demo_county.cables import Leaf, Trunk, with_joints
from scripts.demo_county.pole_lines import spanning_tree
from scripts.demo_county.routes import grow
from scripts.demo_county.sizes import fitting
from scripts.demo_county.structures import Ground

TRUNK_STRANDS = 36
TRUNK_RESERVED = 4
MARKER_M = 900.0
# The first ring holds the seat and few offices; the second takes in as many others as it can.
FIRST_RING_MOST = 7
SECOND_RING_MOST = 12
# Metres of digging that one more office on a ring is worth.
OFFICE_WORTH_M = 6_000.0

Line = tuple[int, int, list[int]]


@dataclass(eq=False)
class Link:
    """The trunk cable between two towns' offices; strands are taken one after the other behind the reserved ones."""

    one: int
    two: int
    trunk: Trunk
    leaf: Leaf
    taken: int = TRUNK_RESERVED

    def take(self) -> int:
        """The next strand's position.

        Raises
        ------
        ValueError
            The cable is full.
        """
        if self.taken >= self.leaf.block:
            raise ValueError(f"the cable between the offices {self.one} and {self.two} has no strand left")
        self.leaf.use[self.taken] = "in_use"
        self.taken += 1
        return self.taken - 1


@dataclass
class Backbone:
    """Links by their pair of towns, rings as towns in order, and spurs as (nearer, farther) town."""

    seat: int
    rings: list[list[int]]
    spurs: list[tuple[int, int]]
    links: dict[frozenset[int], Link] = field(default_factory=dict)

    def ways(self, start: int, end: int) -> tuple[list[int], list[int]]:
        """Towns passed on the shortest way, and on a second one that avoids its links wherever it can."""
        first = self._way(start, end, set())
        return first, self._way(start, end, {frozenset(pair) for pair in zip(first, first[1:], strict=False)})

    def _way(self, start: int, end: int, avoided: set[frozenset[int]]) -> list[int]:
        heap = [(0, [start])]
        done = set()
        while heap:
            cost, way = heapq.heappop(heap)
            if way[-1] == end:
                return way
            if way[-1] in done:
                continue
            done.add(way[-1])
            for pair in self.links:
                if way[-1] in pair:
                    near = next(iter(pair - {way[-1]}))
                    heapq.heappush(heap, (cost + (100 if pair in avoided else 1), [*way, near]))
        raise ValueError(f"no cables lead from office {start} to office {end}")


def plan_backbone(ground: Ground, lines: list[Line], inner, seat: int) -> Backbone:
    """Rings and spurs over the tree of lines between the towns, or over the tree that would be drawn where there are none."""
    seats = [town.seat for town in ground.towns]
    tree = [(one, two) for one, two, _ in lines] or [(one, two) for two, one in spanning_tree(seats, inner)]
    ways = {pair: _tree_way(tree, *pair) for pair in combinations(range(len(seats)), 2)}
    open_ways = [
        way for way in ways.values() if len(way) > 2 and shapely.covers(inner, shapely.LineString([seats[way[0]], seats[way[-1]]]))
    ]
    rings: list[list[int]] = []
    first = [way for way in open_ways if seat in way and len(way) <= FIRST_RING_MOST]
    if first:
        rings.append(max(first, key=lambda way: _worth(seats, way, set())))
        held = set(rings[0])
        second = [way for way in open_ways if len(way) <= SECOND_RING_MOST and len(held & set(way)) > 1 and set(way) - held]
        if second:
            rings.append(max(second, key=lambda way: _worth(seats, way, held)))
    return Backbone(seat, rings, _spurs(tree, {seat, *(town for ring in rings for town in ring)}))


def _worth(seats: list, way: list[int], held: set[int]) -> float:
    return OFFICE_WORTH_M * len(set(way) - held) - math.dist(seats[way[0]], seats[way[-1]])


def _tree_way(tree: list[tuple[int, int]], start: int, end: int) -> list[int]:
    ways = {start: [start]}
    while end not in ways:
        for one, two in tree:
            for near, far in ((one, two), (two, one)):
                if near in ways and far not in ways:
                    ways[far] = [*ways[near], far]
    return ways[end]


def _spurs(tree: list[tuple[int, int]], reached: set[int]) -> list[tuple[int, int]]:
    spurs = []
    grown = True
    while grown:
        grown = False
        for one, two in tree:
            for near, far in ((one, two), (two, one)):
                if near in reached and far not in reached:
                    reached.add(far)
                    spurs.append((near, far))
                    grown = True
    return spurs


def bury_lines(ground: Ground, backbone: Backbone, lines: list[Line], rng: random.Random) -> list[Line]:
    """Buried lines wherever a ring or a spur has no line of poles."""
    there = {frozenset(line[:2]) for line in lines}
    wanted = [(one, two) for ring in backbone.rings for one, two in zip(ring, [*ring[1:], ring[0]], strict=True)] + backbone.spurs
    buried = []
    for one, two in wanted:
        if frozenset((one, two)) not in there:
            there.add(frozenset((one, two)))
            buried.append((one, two, _bury(ground, one, two, rng)))
    return buried


def _bury(ground: Ground, one: int, two: int, rng: random.Random) -> list[int]:
    """Structures from manhole to manhole: a handhole at each end, marker stones between."""
    a, z = ground.towns[one], ground.towns[two]
    line = f"{a.prefix}-{z.prefix.split('-')[1]}-ZM"
    first, last = (_leave(ground, near, far, f"{line}#{letter}") for near, far, letter in ((a, z, "A"), (z, a, "Z")))
    (x0, y0), (x1, y1) = ground.spot(first[1]), ground.spot(last[1])
    far = math.dist((x0, y0), (x1, y1))
    spans = max(1, math.ceil(far / MARKER_M))
    sway = rng.uniform(-0.015, 0.015) * far
    nodes = [first[1]]
    for step in range(1, spans + 1):
        if step == spans:
            nodes.append(last[1])
        else:
            part = step / spans
            aside = sway * math.sin(math.pi * part)
            spot = (x0 + (x1 - x0) * part - aside * (y1 - y0) / far, y0 + (y1 - y0) * part + aside * (x1 - x0) / far)
            nodes.append(ground.place(f"{line}/B{step:03d}", "marker", spot, one, "直埋标石"))
        ground.join(nodes[-2], nodes[-1], "trench")
    for node in nodes:
        ground.structures[node].serves = False
    return [first[0], *nodes, last[0]]


def _leave(ground: Ground, town, other, code: str) -> tuple[int, int]:
    """The manhole nearest to the other town, and a handhole beside it."""
    manhole = min(town.manholes, key=lambda node: (math.dist(ground.spot(node), other.seat), node))
    x, y = ground.spot(manhole)
    angle = math.atan2(other.seat[1] - y, other.seat[0] - x) + 0.5 + 0.35 * len(ground.links[manhole])
    handhole = ground.place(code, "handhole", (x + 17 * math.cos(angle), y + 17 * math.sin(angle)), town.index, "直埋手井")
    ground.join(manhole, handhole, "duct_section")
    return manhole, handhole


def add_line_cables(ground: Ground, lines: list[Line], backbone: Backbone, offices: list, *, is_late: bool) -> list[Trunk]:
    """Cables between offices along lines; a late one is bought apart from the county's conductors."""
    trunks = []
    for one, two, nodes in lines:
        first = grow(ground, [ground.towns[one].office]).path(nodes[0])
        last = grow(ground, [ground.towns[two].office]).path(nodes[-1])
        path = [*first, *nodes[1:-1], *last[::-1]]
        leaf = Leaf(path[-1], path[-1], block=TRUNK_STRANDS, bank=offices[two].odf)
        leaf.use = dict.fromkeys(range(TRUNK_RESERVED), "reserved")
        trunk = Trunk("fibre", "trunk", one, path, [leaf], bank=offices[one].odf, is_late=is_late)
        trunk.label = f"{ground.towns[one].prefix}-{ground.towns[two].prefix.split('-')[1]}.GL01"
        trunk.breaks = with_joints(ground, path, [], "fibre")
        trunk.size = fitting("fibre", trunk.taken) if is_late else 0
        backbone.links[frozenset((one, two))] = Link(one, two, trunk, leaf)
        trunks.append(trunk)
    return trunks
