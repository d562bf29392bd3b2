"""Splices, terminations and patches as range rows, and the use they give to terminals and ports."""
import random
from collections.abc import Iterator

from scripts.demo_county.access import Cabinet
from scripts.demo_county.banks import Bank, conductors, pairs_of_runs, plain_name
from scripts.demo_county.cables import UNIT, Leaf, Segment, Trunk
from scripts.demo_county.demand import CabinetDemand, Splitter
from scripts.demo_county.plant import TownPlant

ADSL_SHARE = 0.38
LOSS_DB = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08)
SECOND_LEVEL_WAYS = 8
JOINED = ("in_service", "built")


def splices(trunk: Trunk, rng: random.Random) -> Iterator[tuple]:
    """Rows of the layer ``splice``: at each tap the leaf's conductors are spliced out and the others pass through uncut."""
    if trunk.life not in JOINED:
        return
    for index, place in enumerate(trunk.breaks):
        node = trunk.path[place]
        here = [leaf for leaf in trunk.leaves if leaf.tap == node]
        closure = trunk.closures[node]
        before, after = trunk.pieces[index], trunk.pieces[index + 1]
        tray = 0
        for leaf in here:
            for row in _spliced(before, leaf.offset, leaf.pieces[0], 0, leaf.block, closure, tray, rng):
                yield row
                tray += 1
        low = max((leaf.offset + leaf.block for leaf in here), default=_already_left(trunk, index))
        if here:
            span = _span(low, trunk.taken)
            yield (before.code, span, after.code, span, closure, "", "through", 0, "", "")
        else:
            yield from _spliced(before, low, after, low, trunk.taken - low, closure, 0, rng)
    for leaf in trunk.leaves[:-1]:
        for one, two in zip(leaf.pieces, leaf.pieces[1:], strict=False):
            yield from _spliced(one, 0, two, 0, leaf.block, trunk.closures[one.nodes[-1]], 0, rng)


def _already_left(trunk: Trunk, index: int) -> int:
    """Conductors that have left the trunk before its break ``index``."""
    passed = {trunk.path[place] for place in trunk.breaks[:index]}
    return sum(leaf.block for leaf in trunk.leaves if leaf.tap in passed)


def _spliced(
    one: Segment, first: int, two: Segment, second: int, count: int, closure: str, tray: int, rng: random.Random
) -> Iterator[tuple]:
    unit = UNIT[one.medium]
    for start in range(0, count, unit):
        size = min(unit, count - start)
        tray += 1
        loss = rng.choice(LOSS_DB) if one.medium == "fibre" else ""
        number = tray if one.medium == "fibre" else ""
        yield (
            one.code, _span(first + start, first + start + size), two.code, _span(second + start, second + start + size), closure,
            number, "splice", loss, "", "",
        )


def _span(before: int, last: int) -> str:
    return str(last) if last == before + 1 else f"{before + 1}-{last}"


def terminations(trunk: Trunk) -> Iterator[tuple]:
    """Rows of the layer ``termination``: the trunk's head, and every leaf."""
    if trunk.life not in JOINED:
        return
    yield from _terminated(trunk.bank, trunk.start, trunk.pieces[0], 0, trunk.taken)
    for leaf in trunk.leaves:
        segment = leaf.pieces[-1] if leaf.pieces else trunk.pieces[-1]
        yield from _terminated(leaf.bank, leaf.start, segment, 0 if leaf.pieces else leaf.offset, leaf.block)


def _terminated(bank: Bank, start: int, segment: Segment, offset: int, count: int) -> Iterator[tuple]:
    rows = pairs_of_runs(
        bank, list(range(start, start + count)), conductors(segment.code), list(range(offset, offset + count)),
        12 if segment.medium == "fibre" else 100,
    )
    for panel, ports, code, strands in rows:
        yield (panel, ports, code, strands.replace("..", "-"), "")


def patches(plant: TownPlant, rng: random.Random) -> Iterator[tuple]:
    """Rows of the layer ``patch`` of a town: cabinets, boxes, frames; sets the use of every terminal and port on the way."""
    homes = {id(leaf): trunk for trunk in plant.access.feeders for leaf in trunk.leaves}
    for trunk in plant.trunks:
        if trunk.role != "feeder":
            _mark_leaves(trunk)
    for demand in plant.demands:
        feeder = homes[id(demand.cabinet.leaf)]
        if demand.cabinet.medium == "fibre":
            yield from _light(plant, demand, feeder, rng)
        else:
            yield from _lines(plant, demand, feeder)


def _mark_leaves(trunk: Trunk) -> None:
    for leaf in trunk.leaves:
        for position, word in leaf.use.items():
            leaf.bank.use[leaf.start + position] = word
            trunk.bank.use[_terminal(trunk, leaf, position)] = word


def _terminal(trunk: Trunk, leaf: Leaf, position: int) -> int:
    """The place at the trunk's head from which a position of a leaf is fed."""
    return trunk.start + leaf.offset + position


def _light(plant: TownPlant, demand: CabinetDemand, feeder: Trunk, rng: random.Random) -> Iterator[tuple]:
    leaf, office = demand.cabinet.leaf, plant.office
    pon = office.ports["pon"]
    count = len(demand.splitters)
    first = pon.take(count)
    frames = [_terminal(feeder, leaf, splitter.feeder) for splitter in demand.splitters]
    _set(pon, list(range(first, first + count)), "in_use")
    _set(office.odf, frames, "in_use")
    yield from _rows(pon, list(range(first, first + count)), office.odf, frames, "patch")
    for splitter in demand.splitters:
        yield from _first_level(plant, splitter, demand.cabinet)
    if demand.cabinet.is_two_level:
        yield from _second_level(plant, demand, rng)


def _first_level(plant: TownPlant, splitter: Splitter, cabinet: Cabinet) -> Iterator[tuple]:
    code = plant.splitters[id(splitter)]
    inlet, outlets = splitter_banks(code, splitter.ways)
    plant.banks += [inlet, outlets]
    terminal = cabinet.leaf.start + splitter.feeder
    _set(cabinet.leaf.bank, [terminal], "in_use")
    _set(inlet, [0], "in_use")
    yield from _rows(cabinet.leaf.bank, [terminal], inlet, [0], "patch")
    count = len(splitter.outputs)
    _set(outlets, list(range(count)), "in_use")
    yield from _rows(outlets, list(range(count)), cabinet.leaf.bank, [_terminal(*output) for output in splitter.outputs], "patch")


def _second_level(plant: TownPlant, demand: CabinetDemand, rng: random.Random) -> Iterator[tuple]:
    """A splitter in the box behind every strand in use; customers hang on its outputs."""
    for splitter in demand.splitters:
        for _, leaf, position in splitter.outputs:
            box = leaf.bank.frames[0][0]
            code = f"{box}-POS{position + 1}"
            plant.stand(code, f"POS-1X{SECOND_LEVEL_WAYS}", plant.boxes[box])
            inlet, outlets = splitter_banks(code, SECOND_LEVEL_WAYS)
            plant.banks += [inlet, outlets]
            _set(inlet, [0], "in_use")
            taken = max(1, min(SECOND_LEVEL_WAYS, round(SECOND_LEVEL_WAYS * plant.access.fill * rng.uniform(0.7, 1.2))))
            _set(outlets, list(range(taken)), "in_use")
            yield from _rows(leaf.bank, [leaf.start + position], inlet, [0], "patch")


def splitter_banks(code: str, ways: int) -> tuple[Bank, Bank]:
    """Input and outputs of a splitter."""
    return Bank([(code, 1, plain_name("IN-", 1))]), Bank([(code, ways, plain_name("OUT-", 2))])


def adsl_lines(demand: CabinetDemand) -> int:
    """How many of a copper cabinet's lines carry ADSL; the first ones do."""
    return round(len(demand.lines) * ADSL_SHARE)


def _lines(plant: TownPlant, demand: CabinetDemand, feeder: Trunk) -> Iterator[tuple]:
    leaf, office = demand.cabinet.leaf, plant.office
    fast = adsl_lines(demand)
    for kind, lines in (("adsl", demand.lines[:fast]), ("pots", demand.lines[fast:])):
        words = [line.leaf.use[line.position] for line in lines]
        first = office.ports[kind].take(len(lines))
        ports = list(range(first, first + len(lines)))
        frames = [_terminal(feeder, leaf, line.feeder) for line in lines]
        inner = [leaf.start + line.feeder for line in lines]
        outer = [_terminal(line.trunk, line.leaf, line.position) for line in lines]
        for bank, places in ((office.ports[kind], ports), (office.mdf, frames), (leaf.bank, inner)):
            bank.use.update(zip(places, words, strict=True))
        if lines:
            yield from _rows(office.ports[kind], ports, office.mdf, frames, "jumper")
            yield from _rows(leaf.bank, inner, lines[0].trunk.bank, outer, "jumper")


def _set(bank: Bank, places: list[int], word: str) -> None:
    bank.use.update(dict.fromkeys(places, word))


def _rows(one: Bank, first: list[int], two: Bank, second: list[int], kind: str) -> Iterator[tuple]:
    for row in pairs_of_runs(one, first, two, second):
        yield (*row, kind)
