"""What customers take: conductors in use at every box and DP, and the splitters, feeders and lines which that needs."""
import random
from dataclasses import dataclass, field

from scripts.demo_county.access import Cabinet, TownAccess
from scripts.demo_county.cables import Leaf, Trunk

RESERVED_SHARE = 0.12
RELEASING_SHARE = 0.06
GAPPED_SHARE = 0.25
SPLITS_BY_FILL = (4, 8, 8, 8, 16, 16, 32, 64)
# Distribution pairs to a feeder pair.
MOST_DISTRIBUTION = 2.7
BLOCK_STEP = {"fibre": 12, "copper": 25}


@dataclass(eq=False)
class Splitter:
    """A first-level splitter in a fibre cabinet.

    ``feeder`` is a position of the feeder's block, ``outputs`` are the trunk, leaf and position that each output feeds.
    """

    ways: int
    feeder: int
    outputs: list[tuple[Trunk, Leaf, int]] = field(default_factory=list)


@dataclass(eq=False)
class Line:
    """A copper line: ``feeder`` position of the cabinet's feeder block, and the DP position it ends at."""

    feeder: int
    trunk: Trunk
    leaf: Leaf
    position: int


@dataclass(eq=False)
class CabinetDemand:
    """Splitters of a fibre cabinet, or lines of a copper cabinet, in the order of the feeder."""

    cabinet: Cabinet
    splitters: list[Splitter] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def draw_demand(access: TownAccess, richness: dict[str, float], seed: str) -> list[CabinetDemand]:
    """Set the blocks and their use on every leaf of a town; the feeders' blocks follow from what the cabinets need.

    ``richness`` (0..1) of a medium is the share of leaves that get more than the smallest block.
    """
    demands = []
    for cabinet in access.cabinets:
        # A cabinet's own numbers, so that one medium's richness leaves the other as it is.
        rng = random.Random(f"{seed}/{cabinet.code}")  # noqa: S311 - repeatable, not secret
        for trunk in cabinet.trunks:
            for leaf in trunk.leaves:
                leaf.use = {}
                leaf.block = _block(cabinet, richness[cabinet.medium], rng)
                if trunk.life == "in_service":
                    _use(leaf, cabinet, access.fill, rng)
        demand = CabinetDemand(cabinet)
        if cabinet.medium == "fibre":
            _split_light(demand, rng)
        else:
            _give_lines(demand)
        demands.append(demand)
    for trunk in access.trunks():
        _set_offsets(trunk)
    return demands


def _block(cabinet: Cabinet, richness: float, rng: random.Random) -> int:
    small = rng.random() >= richness
    if cabinet.medium == "copper":
        return 10 if small else rng.choice((10, 20) if cabinet.is_village else (20, 30, 50))
    if cabinet.is_two_level or small:
        return 4
    return rng.choice((6, 8) if cabinet.is_village else (8, 12, 12))


def _use(leaf: Leaf, cabinet: Cabinet, fill: float, rng: random.Random) -> None:
    most = min(leaf.block, 2) if cabinet.is_two_level else leaf.block
    wanted = min(most, round(most * fill * rng.uniform(0.75, 1.25)))
    spare = leaf.block - wanted
    positions = list(range(wanted))
    if spare and wanted and rng.random() < GAPPED_SHARE:
        # Years of coming and going leave gaps in the order.
        positions = sorted(rng.sample(range(min(leaf.block, wanted + 3)), wanted))
    leaf.use = dict.fromkeys(positions, "in_use")
    if cabinet.medium == "copper" and positions and rng.random() < RELEASING_SHARE:
        leaf.use[positions[-1]] = "releasing"
    free = [position for position in range(leaf.block) if position not in leaf.use]
    if len(free) > 1 and rng.random() < RESERVED_SHARE:
        leaf.use[free[0]] = "reserved"


def _served(cabinet: Cabinet) -> list[tuple[Trunk, Leaf, int]]:
    return [
        (trunk, leaf, position)
        for trunk in cabinet.trunks
        for leaf in trunk.leaves
        for position, word in sorted(leaf.use.items())
        if word in ("in_use", "releasing")
    ]


def _split_light(demand: CabinetDemand, rng: random.Random) -> None:
    cabinet = demand.cabinet
    waiting = _served(cabinet)
    ways = 8 if cabinet.is_two_level else rng.choice(SPLITS_BY_FILL)
    while waiting:
        take = min(len(waiting), max(1, ways - rng.choice((0, 0, 1, 2)) * (ways > 4)))
        demand.splitters.append(Splitter(ways, len(demand.splitters), waiting[:take]))
        waiting = waiting[take:]
    cabinet.leaf.block = _rounded(len(demand.splitters) + 2, BLOCK_STEP["fibre"])
    cabinet.leaf.use = {splitter.feeder: "in_use" for splitter in demand.splitters}


def _give_lines(demand: CabinetDemand) -> None:
    cabinet = demand.cabinet
    cabinet.leaf.use = {}
    for feeder, (trunk, leaf, position) in enumerate(_served(cabinet)):
        demand.lines.append(Line(feeder, trunk, leaf, position))
        cabinet.leaf.use[feeder] = leaf.use[position]
    # No cabinet has more feeder than distribution pairs, and none has much less.
    led = sum(leaf.block for trunk in cabinet.trunks if trunk.life in ("in_service", "built") for leaf in trunk.leaves)
    wanted = max(round(len(demand.lines) * 1.15) + 2, round(led / MOST_DISTRIBUTION))
    cabinet.leaf.block = min(led, _rounded(wanted, BLOCK_STEP["copper"]))


def _rounded(count: int, step: int) -> int:
    return -(-count // step) * step


def _set_offsets(trunk: Trunk) -> None:
    offset = 0
    for leaf in trunk.leaves:
        leaf.offset = offset
        offset += leaf.block
