"""Where a town's cabinets, boxes and distribution points stand, and the cables that lead to them."""
import math
import random
from dataclasses import dataclass, field

from scripts.demo_county.budget import TownBudget
from scripts.demo_county.cables import Leaf, Trunk, count_segments, plan_trunk
from scripts.demo_county.routes import Forest, grow
from scripts.demo_county.structures import Ground, TownGround

MOST_LEAVES = {("fibre", "feeder"): 6, ("copper", "feeder"): 3, ("fibre", "distribution"): 6, ("copper", "distribution"): 5}
# From so many leaves on, a cabinet has two cables, of which one may be planned.
TWO_CABLES_FROM = 5
# DPs among all leaves, as a part of the share of copper among the cabinets.
POINT_SHARE = 0.65
TWO_LEVEL_SHARE = 0.4
PLANNED_SHARE = 0.04
BUILT_SHARE = 0.02
CODES = {"fibre": "GJ", "copper": "J"}


@dataclass(eq=False)
class Cabinet:
    """A fibre or copper cabinet: its structure, the feeder's leaf, and the distribution trunks that start here.

    ``is_two_level`` says that its fibre boxes split the light once more.
    """

    medium: str
    code: str
    node: int
    base: int
    leaf: Leaf
    is_village: bool
    is_two_level: bool = False
    trunks: list[Trunk] = field(default_factory=list)


@dataclass
class TownAccess:
    """The access plant of a town."""

    cabinets: list[Cabinet]
    feeders: list[Trunk]
    fill: float

    def trunks(self) -> list[Trunk]:
        """Feeders, then the distribution trunks of each cabinet."""
        return [*self.feeders, *(trunk for cabinet in self.cabinets for trunk in cabinet.trunks)]


def lay_access(ground: Ground, town: TownGround, budget: TownBudget, rng: random.Random) -> TownAccess:
    """Place the cabinets of ``town`` and plan cables until its segments are spent."""
    cabinets = [
        *_cabinets(ground, town, "fibre", budget.fibre_cabinets, town.villages, rng),
        *_cabinets(ground, town, "copper", budget.copper_cabinets, _nearest(ground, town, budget.copper_villages), rng),
    ]
    feeders = _feeders(ground, town, cabinets)
    left = budget.segments - sum(count_segments(ground, trunk) for trunk in feeders)
    grounds = [_Reach(ground, [cabinet for cabinet in cabinets if cabinet.medium == medium]) for medium in ("fibre", "copper")]
    leaves = _fitting(ground, town, grounds, left)
    for reach, count in zip(grounds, leaves, strict=True):
        reach.assign(ground, town, count)
    access = TownAccess(cabinets, feeders, budget.fill)
    _set_lives(access, rng)
    _place_buildings(ground, town, access, rng)
    return access


def _nearest(ground: Ground, town: TownGround, count: int) -> list:
    """The villages near the office: copper does not carry far."""
    return sorted(town.villages, key=lambda village: (math.dist(ground.spot(village.centre), town.seat), village.centre))[:count]


def _cabinets(ground: Ground, town: TownGround, medium: str, count: int, villages: list, rng: random.Random) -> list[Cabinet]:
    bases = [(node, False) for node in _spread(ground, town, count)] + [(village.centre, True) for village in villages]
    made = []
    for number, (base, is_village) in enumerate(bases, start=1):
        code = f"{town.prefix}/{CODES[medium]}{number:03d}"
        angle = rng.uniform(0, math.pi) + (math.pi if medium == "copper" else 0)
        spot = _beside(ground, base, angle, rng.uniform(6, 9))
        node = ground.place(code.replace("/", "-"), "street_cabinet", spot, town.index, "光交箱位" if medium == "fibre" else "电交箱位")
        ground.join(base, node, "riser")
        two_level = medium == "fibre" and is_village and rng.random() < TWO_LEVEL_SHARE
        made.append(Cabinet(medium, code, node, base, Leaf(node, node), is_village, two_level))
    return made


def _beside(ground: Ground, node: int, angle: float, far_m: float) -> tuple[float, float]:
    x, y = ground.spot(node)
    return (x + far_m * math.cos(angle), y + far_m * math.sin(angle))


def _spread(ground: Ground, town: TownGround, count: int) -> list[int]:
    """Manholes far from each other: each next one is the farthest from those before."""
    if count == 0:
        return []
    chosen = [town.manholes[len(town.manholes) // 3]]
    away = {node: math.dist(ground.spot(node), ground.spot(chosen[0])) for node in town.manholes}
    while len(chosen) < min(count, len(town.manholes)):
        node = max(away, key=lambda one: (away[one], -one))
        chosen.append(node)
        spot = ground.spot(node)
        away = {one: min(far, math.dist(ground.spot(one), spot)) for one, far in away.items()}
    return chosen


def _feeders(ground: Ground, town: TownGround, cabinets: list[Cabinet]) -> list[Trunk]:
    forest = grow(ground, [town.office])
    trunks = []
    for medium in ("fibre", "copper"):
        exits: dict[int, list[Leaf]] = {}
        for cabinet in cabinets:
            if cabinet.medium == medium:
                exits.setdefault(forest.path(cabinet.node)[1], []).append(cabinet.leaf)
        for way in sorted(exits):
            for group in _groups(forest, exits[way], MOST_LEAVES[medium, "feeder"]):
                trunks.append(plan_trunk(ground, forest, medium, "feeder", town.index, group))
    return trunks


def _groups(forest: Forest, leaves: list[Leaf], most: int) -> list[list[Leaf]]:
    """Leaves in the order of a walk, cut into even groups."""
    ordered = sorted(leaves, key=lambda leaf: forest.walk[leaf.anchor])
    count = math.ceil(len(ordered) / most)
    return [ordered[len(ordered) * part // count: len(ordered) * (part + 1) // count] for part in range(count)]


class _Reach:
    """The ground that each cabinet of a medium serves: the structures nearer to it than to any other."""

    def __init__(self, ground: Ground, cabinets: list[Cabinet]) -> None:
        self.cabinets = cabinets
        self.forest = grow(ground, [cabinet.node for cabinet in cabinets])
        self.spots: dict[int, list[int]] = {cabinet.node: [] for cabinet in cabinets}
        bases = {cabinet.base for cabinet in cabinets}
        for node in sorted(self.forest.root, key=self.forest.walk.__getitem__):
            kind = ground.structures[node].kind
            if kind == "manhole" or (kind == "pole" and node not in bases):
                self.spots[self.forest.root[node]].append(node)

    def room(self) -> int:
        """Leaves that would fit."""
        return sum(len(spots) for spots in self.spots.values())

    def plans(self, ground: Ground, town: TownGround, count: int) -> list[list[Trunk]]:
        """Trunks of each cabinet for ``count`` leaves in all, shared evenly where there is room."""
        shares = _even(count, [len(self.spots[cabinet.node]) for cabinet in self.cabinets])
        return [self._trunks(ground, town, cabinet, part) for cabinet, part in zip(self.cabinets, shares, strict=True)]

    def assign(self, ground: Ground, town: TownGround, count: int) -> None:
        """Give each cabinet its trunks."""
        for cabinet, trunks in zip(self.cabinets, self.plans(ground, town, count), strict=True):
            cabinet.trunks = trunks

    def _trunks(self, ground: Ground, town: TownGround, cabinet: Cabinet, count: int) -> list[Trunk]:
        spots = self.spots[cabinet.node]
        chosen = [spots[(2 * part + 1) * len(spots) // (2 * count)] for part in range(count)]
        leaves = [Leaf(-1 if ground.structures[node].kind == "manhole" else node, node) for node in chosen]
        most = min(MOST_LEAVES[cabinet.medium, "distribution"], math.ceil(count / 2) if count >= TWO_CABLES_FROM else count)
        groups = _groups(self.forest, leaves, most) if leaves else []
        return [plan_trunk(ground, self.forest, cabinet.medium, "distribution", town.index, group) for group in groups]


def _even(count: int, rooms: list[int]) -> list[int]:
    """``count`` in parts as even as the rooms allow; each part takes at most every second spot first."""
    parts = [0] * len(rooms)
    for most in (2, 1):
        limits = [room // most for room in rooms]
        while count > 0 and any(part < limit for part, limit in zip(parts, limits, strict=True)):
            order = sorted((index for index in range(len(rooms)) if parts[index] < limits[index]), key=lambda index: (parts[index], index))
            for index in order[:count]:
                parts[index] += 1
            count -= len(order[:count])
    return parts


def _fitting(ground: Ground, town: TownGround, grounds: list[_Reach], segments: int) -> tuple[int, int]:
    """Boxes and DPs whose cables make up ``segments`` best."""
    low, high = 0, sum(reach.room() for reach in grounds)
    best = (abs(segments), 0)
    while low <= high:
        middle = (low + high) // 2
        made = _made(ground, town, grounds, middle)
        best = min(best, (abs(segments - made), middle))
        if made < segments:
            low = middle + 1
        else:
            high = middle - 1
    return _boxes_and_points(grounds, best[1])


def _boxes_and_points(grounds: list[_Reach], leaves: int) -> tuple[int, int]:
    fibre, copper = (len(reach.cabinets) for reach in grounds)
    boxes = round(leaves * (1 - POINT_SHARE * copper / (fibre + copper)))
    return boxes, leaves - boxes


def _made(ground: Ground, town: TownGround, grounds: list[_Reach], leaves: int) -> int:
    made = 0
    for reach, count in zip(grounds, _boxes_and_points(grounds, leaves), strict=True):
        made += sum(count_segments(ground, trunk) for trunks in reach.plans(ground, town, count) for trunk in trunks)
    return made


def _set_lives(access: TownAccess, rng: random.Random) -> None:
    """Some distribution cables are only planned, some built but not in service; a cabinet's first one always serves."""
    for cabinet in access.cabinets:
        for trunk in cabinet.trunks[1:]:
            lot = rng.random()
            if lot < PLANNED_SHARE * 2:
                trunk.life = rng.choice(("planned", "designed", "building"))
            elif lot < (PLANNED_SHARE + BUILT_SHARE) * 2:
                trunk.life = "built"


def _place_buildings(ground: Ground, town: TownGround, access: TownAccess, rng: random.Random) -> None:
    """Put up the buildings that hold boxes and DPs; a box and a DP before one manhole share a building."""
    standing: dict[int, int] = {}
    for cabinet in access.cabinets:
        for trunk in cabinet.trunks:
            for leaf in trunk.leaves:
                if leaf.node < 0:
                    if leaf.anchor not in standing:
                        standing[leaf.anchor] = _building(ground, town, leaf.anchor, len(standing) + 1, rng)
                    _enter(trunk, leaf, standing[leaf.anchor])


def _building(ground: Ground, town: TownGround, manhole: int, number: int, rng: random.Random) -> int:
    spot = _beside(ground, manhole, rng.uniform(0, 2 * math.pi), rng.uniform(12, 24))
    node = ground.place(f"{town.prefix}-B{number:04d}", "building", spot, town.index, f"{number}号楼")
    ground.join(manhole, node, "riser")
    return node


def _enter(trunk: Trunk, leaf: Leaf, building: int) -> None:
    leaf.node = building
    if leaf.branch:
        leaf.branch[-1] = building
    else:
        trunk.path[-1] = building
