"""Cables cut into segments, closures, panels of cabinets and boxes, splitters: the plant of one town, with its plates."""
import random
from dataclasses import dataclass, field

from scripts.demo_county.access import Cabinet, TownAccess
from scripts.demo_county.banks import Bank, plain_name, tray_name
from scripts.demo_county.cables import Leaf, Segment, Trunk, branch_breaks
from scripts.demo_county.demand import CabinetDemand, Splitter
from scripts.demo_county.offices import Office, maintenance_code
from scripts.demo_county.structures import Ground, TownGround

LETTERS = {"fibre": ("GL", "F", "光缆"), "copper": ("HY", "P", "电缆")}
CLOSURES = {"fibre": ("GT", (24, 48, 96, 144, 288)), "copper": ("HT", (100, 400, 1200, 2400))}
CABINETS = {"fibre": ("GJ", (144, 288, 576)), "copper": ("J", (600, 1200, 2400))}
COPPER_SIDES = {600: (250, 350, 3), 1200: (500, 700, 3), 2400: (1000, 1400, 4)}


@dataclass(slots=True)
class CustomerPort:
    """Where a customer's drop leaves.

    Attributes
    ----------
    kind
        ftth, adsl, pots or lan.
    node
        Structure that it stands at.
    head
        Equipment with the office port that it leads to; empty where nothing is joined yet.
    line
        Of copper: line port, frame terminal, feeder segment and pair, cabinet, distribution segment and pair.
    """

    kind: str
    equipment: str
    port: str
    node: int
    use: str
    head: str = ""
    line: tuple = ()


@dataclass(eq=False)
class LanSwitch:
    """A switch in a building with the ports of its customers and those that lead on.

    Attributes
    ----------
    node
        Structure that it stands at.
    output
        The splitter on whose output it hangs, and the trunk, leaf and position that lead there; None where a cord or another switch does.
    way
        Carriers from its first uplink port to the splitter's output, and the office port behind that; known once the town is joined.
    """

    code: str
    node: int
    ports: Bank
    uplinks: Bank
    output: tuple[Splitter, tuple[Trunk, Leaf, int]] | None = None
    way: tuple[list[tuple], tuple[str, str]] | None = None


@dataclass(eq=False)
class TownPlant:
    """A town's plant; ``equipment`` and ``cables`` are rows in the order of the survey layers' fields.

    ``banks`` hold terminals and splitters, ``line_banks`` ports of equipment outside the office.
    ``splitters`` names a splitter by its identity, ``boxes`` gives the structure of a box or DP. ``trees`` are the PON ports in use,
    ``customer_ports`` those at which customers hang, ``lan`` the LAN switches.
    """

    town: TownGround
    office: Office
    access: TownAccess
    demands: list[CabinetDemand]
    trunks: list[Trunk] = field(default_factory=list)
    equipment: list[tuple] = field(default_factory=list)
    cables: list[tuple] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    banks: list[Bank] = field(default_factory=list)
    line_banks: list[Bank] = field(default_factory=list)
    splitters: dict[int, str] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)
    closure_count: dict[str, int] = field(default_factory=dict)
    trees: list[tuple[str, str]] = field(default_factory=list)
    customer_ports: list[CustomerPort] = field(default_factory=list)
    lan: list[LanSwitch] = field(default_factory=list)

    def stand(self, code: str, model: str, structure: str, name: str = "", life: str = "", built_on: str = "") -> None:
        """Note equipment outdoors."""
        unit = maintenance_code(self.town)
        self.equipment.append((code, model, structure, "", "", "", name, "", "", life, "", built_on, unit))


def put_up(ground: Ground, plant: TownPlant, rng: random.Random) -> None:
    """Number the cables, give every panel its terminals, cut the cables and close them."""
    plant.trunks = plant.access.trunks()
    _label(plant)
    _seat_feeders(plant)
    for demand in plant.demands:
        _cabinet_panels(ground, plant, demand.cabinet, rng)
    for trunk in plant.trunks:
        # A late cable draws from numbers of its own, so that the others stay as they are.
        cut(ground, plant, trunk, random.Random(trunk.code) if trunk.is_late else rng)  # noqa: S311 - repeatable, not secret


def _label(plant: TownPlant) -> None:
    counted: dict[str, int] = {}
    for trunk in plant.access.feeders:
        if trunk.role == "trunk":
            continue
        counted[trunk.medium] = counted.get(trunk.medium, 0) + 1
        trunk.label = f"{plant.town.prefix}.{LETTERS[trunk.medium][0]}{counted[trunk.medium]:02d}"
    for cabinet in plant.access.cabinets:
        for number, trunk in enumerate(cabinet.trunks, start=1):
            trunk.label = f"{cabinet.code.replace('/', '-')}.{LETTERS[trunk.medium][0]}{number:02d}"
    for trunk in plant.trunks:
        trunk.code = f"{trunk.label}.{trunk.size}{LETTERS[trunk.medium][1]}"


def _seat_feeders(plant: TownPlant) -> None:
    for trunk in plant.access.feeders:
        trunk.bank = plant.office.odf if trunk.medium == "fibre" else plant.office.mdf
        trunk.start = trunk.bank.take(trunk.taken, 12 if trunk.medium == "fibre" else 25)
        if trunk.role == "trunk":
            trunk.leaves[0].start = trunk.leaves[0].bank.take(trunk.taken, 12)


def _cabinet_panels(ground: Ground, plant: TownPlant, cabinet: Cabinet, rng: random.Random) -> None:
    structure = ground.structures[cabinet.node].code
    inner, outer = (Bank(), Bank()) if cabinet.medium == "copper" else (shared := Bank(), shared)
    step = 12 if cabinet.medium == "fibre" else 1
    cabinet.leaf.bank, cabinet.leaf.start = inner, inner.take(cabinet.leaf.block, step)
    for trunk in cabinet.trunks:
        trunk.bank, trunk.start = outer, outer.take(trunk.taken, step)
    if cabinet.medium == "fibre":
        _fibre_frames(plant, cabinet, inner, structure, rng)
        plant.banks.append(inner)
    else:
        _copper_frame(plant, cabinet, (inner, outer), structure, rng)
        plant.banks += [inner, outer]
    for trunk in cabinet.trunks:
        for leaf in trunk.leaves:
            _leaf_panel(ground, plant, cabinet, trunk, leaf)


def _fibre_frames(plant: TownPlant, cabinet: Cabinet, bank: Bank, structure: str, rng: random.Random) -> None:
    sizes = CABINETS["fibre"][1]
    while bank.size < bank.taken:
        size = next((one for one in sizes if one >= bank.taken - bank.size), sizes[-1])
        code = cabinet.code if not bank.frames else f"{cabinet.code}-{len(bank.frames) + 1}"
        plant.stand(code, f"GJ-{size}", structure, "光缆交接箱", "", _day(rng))
        bank.frames.append((code, size, tray_name))


def _copper_frame(plant: TownPlant, cabinet: Cabinet, sides: tuple[Bank, Bank], structure: str, rng: random.Random) -> None:
    inner, outer = sides
    size = next(one for one, (main, distribution, _) in COPPER_SIDES.items() if main >= inner.taken and distribution >= outer.taken)
    main, distribution, width = COPPER_SIDES[size]
    plant.stand(cabinet.code, f"J-{size}", structure, "电缆交接箱", "", _day(rng))
    inner.frames.append((cabinet.code, main, plain_name("M-", width)))
    outer.frames.append((cabinet.code, distribution, plain_name("P-", width)))


def _leaf_panel(ground: Ground, plant: TownPlant, cabinet: Cabinet, trunk: Trunk, leaf: Leaf) -> None:
    letters, sizes = ("GF", (12, 24)) if cabinet.medium == "fibre" else ("DP", (10, 20, 30, 50))
    number = plant.closure_count[letters] = plant.closure_count.get(letters, 0) + 1
    code = f"{plant.town.prefix}/{letters}{number:04d}"
    size = next(one for one in sizes if one >= leaf.block)
    life = trunk.life if trunk.life != "in_service" else ""
    plant.boxes[code] = ground.structures[leaf.node].code
    plant.stand(code, f"{letters}-{size}", plant.boxes[code], "", life)
    leaf.bank = Bank([(code, size, tray_name if letters == "GF" else plain_name("", 2))])
    plant.banks.append(leaf.bank)


def cut(ground: Ground, plant: TownPlant, trunk: Trunk, rng: random.Random) -> None:
    """Open the trunk and its branches into segments, with a closure at every opening."""
    letter = LETTERS[trunk.medium]
    built = "" if trunk.life in ("planned", "designed", "building") else _day(rng)
    kind = {"feeder": "主干", "distribution": "配线", "trunk": "中继"}[trunk.role]
    plant.cables.append((trunk.code, trunk.medium, f"{kind}{letter[2]}", trunk.life, "", built))
    trunk.pieces = _pieces(trunk, trunk.code, trunk.size, trunk.path, trunk.breaks, built)
    plant.segments += trunk.pieces
    for place in trunk.breaks:
        _close(ground, plant, trunk, trunk.path[place], trunk.size)
    for number, leaf in enumerate(trunk.leaves[:-1], start=1):
        code = f"{trunk.label}-{number}.{leaf.branch_size}{letter[1]}"
        plant.cables.append((code, trunk.medium, f"{kind}分歧{letter[2]}", trunk.life, "", built))
        stops = branch_breaks(ground, trunk, leaf)
        leaf.pieces = _pieces(trunk, code, leaf.branch_size, leaf.branch, stops, built)
        plant.segments += leaf.pieces
        for place in stops:
            _close(ground, plant, trunk, leaf.branch[place], leaf.branch_size)
    _carry(trunk)


def _pieces(trunk: Trunk, code: str, size: int, path: list[int], stops: list[int], built: str) -> list[Segment]:
    marks = [0, *stops, len(path) - 1]
    return [
        Segment(code, f"S{number:02d}", trunk.medium, size, path[first: last + 1], trunk.life, built)
        for number, (first, last) in enumerate(zip(marks, marks[1:], strict=False), start=1)
    ]


def _close(ground: Ground, plant: TownPlant, trunk: Trunk, node: int, size: int) -> None:
    if node in trunk.closures:
        return
    product, sizes = CLOSURES[trunk.medium]
    letters = "GT" if trunk.medium == "fibre" else "DT"
    number = plant.closure_count[letters] = plant.closure_count.get(letters, 0) + 1
    code = f"{plant.town.prefix}/{letters}{number:04d}"
    model = f"{product}-{next(one for one in sizes if one >= size)}"
    plant.stand(code, model, ground.structures[node].code, "", "" if trunk.life == "in_service" else trunk.life)
    trunk.closures[node] = code


def _carry(trunk: Trunk) -> None:
    """Note on every piece which conductors are in use, reserved or being released."""
    for leaf in trunk.leaves:
        for position, word in leaf.use.items():
            for piece, number in conductors_to(trunk, leaf, position):
                piece.states.setdefault(word, []).append(number)


def conductors_to(trunk: Trunk, leaf: Leaf, position: int) -> list[tuple[Segment, int]]:
    """The pieces from the trunk's head to a leaf, each with the number of the conductor that leads to a position there."""
    reach = len(trunk.pieces) if leaf.tap < 0 else 1 + trunk.breaks.index(trunk.path.index(leaf.tap))
    return [*((piece, leaf.strand(position)) for piece in trunk.pieces[:reach]), *((piece, position + 1) for piece in leaf.pieces)]


def split_light(ground: Ground, plant: TownPlant) -> None:
    """Put the splitters into cabinets and boxes."""
    for demand in plant.demands:
        cabinet = demand.cabinet
        structure = ground.structures[cabinet.node].code
        for number, splitter in enumerate(demand.splitters, start=1):
            code = f"{cabinet.code}-POS{number:02d}"
            plant.stand(code, f"POS-1X{splitter.ways}", structure)
            plant.splitters[id(splitter)] = code


def _day(rng: random.Random) -> str:
    return f"{rng.randint(2006, 2023)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


