"""Splices, terminations and patches as range rows, and the use they give to terminals and ports."""
import random
from collections.abc import Iterator

from scripts.demo_county.access import Cabinet
from scripts.demo_county.banks import Bank, conductors, pairs_of_runs, plain_name
from scripts.demo_county.cables import UNIT, Leaf, Segment, Trunk
from scripts.demo_county.circuits import port_carrier
from scripts.demo_county.demand import CabinetDemand, Line, Splitter
from scripts.demo_county.plant import CustomerPort, TownPlant, conductors_to

ADSL_SHARE = 0.38
LOSS_DB = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08)
SECOND_LEVEL_WAYS = 8
# The first cabinet of a town's villages that splits by 4 splits by 16 once more.
FOUR_BY_SIXTEEN = (4, 16)
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
    """Rows of the layer ``patch`` of a town: cabinets, boxes, frames.

    Sets the use of every terminal and port on the way, and notes the trees and the customers' ports.
    """
    homes = {id(leaf): trunk for trunk in plant.access.feeders for leaf in trunk.leaves}
    for trunk in plant.trunks:
        if trunk.role != "feeder":
            _mark_leaves(trunk)
    wide = _four_by_sixteen(plant)
    for demand in plant.demands:
        feeder = homes[id(demand.cabinet.leaf)]
        if demand.cabinet.medium == "fibre":
            ways = SECOND_LEVEL_WAYS if demand.cabinet.is_two_level else FOUR_BY_SIXTEEN[1] if demand is wide else 0
            yield from _light(plant, demand, feeder, ways, rng)
        else:
            yield from _lines(plant, demand, feeder)
    _lan(plant)


def _four_by_sixteen(plant: TownPlant) -> CabinetDemand | None:
    first = FOUR_BY_SIXTEEN[0]
    return next((one for one in plant.demands if one.cabinet.is_village and one.splitters and one.splitters[0].ways == first), None)


def _lan(plant: TownPlant) -> None:
    for switch in plant.lan:
        for place, word in switch.ports.use.items():
            plant.customer_ports.append(CustomerPort("lan", *switch.ports.port(place), switch.node, word, plant.town.prefix))


def _lan_ends(plant: TownPlant, splitter: Splitter) -> list[tuple[Trunk, Leaf, int]]:
    return [switch.output[1] for switch in plant.lan if switch.output and switch.output[0] is splitter]


def _lan_uplinks(plant: TownPlant, splitter: Splitter, head: tuple[str, str]) -> Iterator[tuple]:
    """Cords from the box to the LAN switches that hang on a splitter; notes the way of each to the splitter's output."""
    _, outlets = splitter_banks(plant.splitters[id(splitter)], splitter.ways)
    for switch in plant.lan:
        if switch.output and switch.output[0] is splitter:
            trunk, leaf, position = switch.output[1]
            box, output = leaf.start + position, outlets.port(splitter.outputs.index(switch.output[1]))
            strands = [(piece.code, number, "", "", "", "") for piece, number in reversed(conductors_to(trunk, leaf, position))]
            passed = [port_carrier(leaf.bank.port(box)), *strands, port_carrier(trunk.bank.port(_terminal(trunk, leaf, position)))]
            switch.way = ([*passed, port_carrier(output)], head)
            yield from _rows(switch.uplinks, [0], leaf.bank, [box], "patch")


def _mark_leaves(trunk: Trunk) -> None:
    for leaf in trunk.leaves:
        for position, word in leaf.use.items():
            leaf.bank.use[leaf.start + position] = word
            trunk.bank.use[_terminal(trunk, leaf, position)] = word


def _terminal(trunk: Trunk, leaf: Leaf, position: int) -> int:
    """The place at the trunk's head from which a position of a leaf is fed."""
    return trunk.start + leaf.offset + position


def _light(plant: TownPlant, demand: CabinetDemand, feeder: Trunk, ways: int, rng: random.Random) -> Iterator[tuple]:
    """Patches of a fibre cabinet; ``ways`` is what its boxes split by, 0 where they don't."""
    leaf, office = demand.cabinet.leaf, plant.office
    pon = office.ports["pon"]
    count = len(demand.splitters)
    first = pon.take(count)
    frames = [_terminal(feeder, leaf, splitter.feeder) for splitter in demand.splitters]
    _set(pon, list(range(first, first + count)), "in_use")
    _set(office.odf, frames, "in_use")
    yield from _rows(pon, list(range(first, first + count)), office.odf, frames, "patch")
    for place, splitter in enumerate(demand.splitters, start=first):
        port = pon.port(place)
        plant.trees.append(port)
        yield from _first_level(plant, splitter, demand.cabinet)
        yield from _lan_uplinks(plant, splitter, port)
        if ways:
            # A few cabinets beside the others draw from numbers of their own.
            own = rng if ways == SECOND_LEVEL_WAYS else random.Random(plant.splitters[id(splitter)])  # noqa: S311 - not secret
            yield from _second_level(plant, splitter, port[0], ways, own)
        else:
            _note(plant, "ftth", [end for end in splitter.outputs if end not in _lan_ends(plant, splitter)], port[0])
    if not ways:
        _note_reserved(plant, demand, "ftth")


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


def _second_level(plant: TownPlant, splitter: Splitter, head: str, ways: int, rng: random.Random) -> Iterator[tuple]:
    """A splitter in the box behind every strand in use; customers hang on its outputs."""
    for _, leaf, position in splitter.outputs:
        box = leaf.bank.frames[0][0]
        code = f"{box}-POS{position + 1}"
        plant.stand(code, f"POS-1X{ways}", plant.boxes[box])
        inlet, outlets = splitter_banks(code, ways)
        plant.banks += [inlet, outlets]
        _set(inlet, [0], "in_use")
        taken = max(1, min(ways, round(ways * plant.access.fill * rng.uniform(0.7, 1.2))))
        _set(outlets, list(range(taken)), "in_use")
        plant.customer_ports += [CustomerPort("ftth", *outlets.port(place), leaf.node, "in_use", head) for place in range(taken)]
        yield from _rows(leaf.bank, [leaf.start + position], inlet, [0], "patch")


def _note(plant: TownPlant, kind: str, ends: list[tuple[Trunk, Leaf, int]], head: str) -> None:
    for _, leaf, position in ends:
        plant.customer_ports.append(CustomerPort(kind, *leaf.bank.port(leaf.start + position), leaf.node, leaf.use[position], head))


def _note_reserved(plant: TownPlant, demand: CabinetDemand, kind: str) -> None:
    for trunk in demand.cabinet.trunks:
        for leaf in trunk.leaves:
            _note(plant, kind, [(trunk, leaf, position) for position, word in leaf.use.items() if word == "reserved"], "")


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
        for bank, places in ((office.mdf, frames), (leaf.bank, inner)):
            bank.use.update(zip(places, words, strict=True))
        # Where a line was given up, the jumper on the main frame is gone already.
        kept = [number for number, word in enumerate(words) if word == "in_use"]
        _set(office.ports[kind], [ports[number] for number in kept], "in_use")
        for line, port, frame in zip(lines, ports, frames, strict=True):
            head = office.ports[kind].port(port)
            record = (*head, *office.mdf.port(frame), *_pairs(feeder, leaf, line, demand.cabinet))
            where = line.leaf.bank.port(line.leaf.start + line.position)
            plant.customer_ports.append(CustomerPort(kind, *where, line.leaf.node, line.leaf.use[line.position], head[0], record))
        if lines:
            here, there = [ports[number] for number in kept], [frames[number] for number in kept]
            yield from _rows(office.ports[kind], here, office.mdf, there, "jumper")
            yield from _rows(leaf.bank, inner, lines[0].trunk.bank, outer, "jumper")
    _note_reserved(plant, demand, "pots")


def _pairs(feeder: Trunk, cabinet_leaf: Leaf, line: Line, cabinet: Cabinet) -> tuple[str, int, str, str, int]:
    """Feeder segment at the frame and its pair, cabinet, distribution segment at the DP and its pair."""
    last = line.leaf.pieces[-1] if line.leaf.pieces else line.trunk.pieces[-1]
    pair = line.position + 1 if line.leaf.pieces else line.leaf.strand(line.position)
    return feeder.pieces[0].code, cabinet_leaf.strand(line.feeder), cabinet.code, last.code, pair


def _set(bank: Bank, places: list[int], word: str) -> None:
    bank.use.update(dict.fromkeys(places, word))


def _rows(one: Bank, first: list[int], two: Bank, second: list[int], kind: str) -> Iterator[tuple]:
    for row in pairs_of_runs(one, first, two, second):
        yield (*row, kind)
