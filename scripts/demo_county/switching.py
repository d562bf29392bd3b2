"""Telephone switching: the host office and its gateways, trunk groups to it, number blocks and the numbers in them."""
import math
import random
from dataclasses import dataclass, field

from scripts.demo_county.offices import CHASSIS, mount
from scripts.demo_county.plant import TownPlant
from scripts.demo_county.transmission import Trail

AREA_CODE = "0716"
BLOCK = 1_000
BLOCKS_OF_COUNTY = 150
FIRST_BLOCK = 5_000
# Busy-hour traffic of one line, and the share of numbers that age, are reserved, or lie fallow between others.
LINE_ERLANG = 0.08
AGEING_SHARE = 0.05
RESERVED_SHARE = 0.01
FALLOW_SHARE = 0.04
BLOCKING = 0.01


@dataclass(eq=False)
class VoiceOffice:
    """A switch or gateway; ``lines`` are its line ports in use, ``blocks`` the first numbers of its blocks."""

    code: str
    equipment: str
    town: int
    role: str
    lines: int
    demand: int = 0
    blocks: list[int] = field(default_factory=list)
    taken: int = 0

    def number(self, rng: random.Random) -> str:
        """The next number to give out."""
        while rng.random() < FALLOW_SHARE and self.taken + self.demand + 1 < self.size:
            self.taken += 1
        self.taken += 1
        return self.digits(self.taken - 1)

    @property
    def size(self) -> int:
        return len(self.blocks) * BLOCK

    def digits(self, place: int) -> str:
        """A number by its place among the office's."""
        return f"{AREA_CODE}{self.blocks[place // BLOCK]:04d}{place % BLOCK:03d}"


@dataclass
class Switching:
    """Offices by town, with the host first in the seat's list, and the trails that their trunk groups ride."""

    offices: list[VoiceOffice]
    host: VoiceOffice
    trails: list[Trail] = field(default_factory=list)
    groups: list[tuple] = field(default_factory=list)

    def of_town(self, town: int) -> list[VoiceOffice]:
        """Offices that give numbers to a town's lines: its own, else the host."""
        return [office for office in self.offices if office.town == town] or [self.host]


def plan_switching(plants: list[TownPlant], used: dict[str, list[int]], seat: int, number: int, rng: random.Random) -> Switching:
    """Offices with their blocks, and trunk groups with their E1s.

    Parameters
    ----------
    used
        Line ports in use by kind and town.
    number
        The county's, which sets its blocks apart.
    """
    if not any(row[1] == CHASSIS["switch"][0] for row in plants[seat].office.equipment):
        mount(plants[seat].office, "SW", "SW-32", [], rng)
    offices = [office for town, plant in enumerate(plants) for office in _offices(plant, town, used["pots"][town])]
    host = next(office for office in offices if office.role == "host")
    switching = Switching(offices, host)
    for town, fast in enumerate(used["adsl"]):
        switching.of_town(town)[0].demand += fast
    block = FIRST_BLOCK + number * BLOCKS_OF_COUNTY
    for office in offices:
        office.demand = math.ceil((office.demand + office.lines) * (1 + AGEING_SHARE + RESERVED_SHARE)) + 10
        count = math.ceil((office.demand * (1 + FALLOW_SHARE) + 20) / BLOCK)
        office.blocks = list(range(block, block + count))
        block += count
        if office is not host:
            _trunk_group(switching, office, seat)
    total = sum(office.lines for office in offices) * LINE_ERLANG * 0.4
    _far_groups(switching, total)
    return switching


def _offices(plant: TownPlant, town: int, used: int) -> list[VoiceOffice]:
    """Every switch and gateway of a town with its lines: the ports are taken in the order in which they stand."""
    sizes = {row[0]: 0 for row in plant.office.equipment if row[1] in ("SW-32", "AG-16")}
    for equipment, count, _ in plant.office.ports["pots"].frames:
        taken = min(used, count)
        used -= taken
        sizes[equipment] += taken
    return [VoiceOffice(code.replace("/", "-"), code, town, _role(code.rpartition("/")[2]), lines) for code, lines in sizes.items()]


def _role(own: str) -> str:
    """The first switch of the seat is the host; further ones hang on it, as gateways do."""
    if own == "SW01":
        return "host"
    return "remote" if own.startswith("SW") else "gateway"


def _trunk_group(switching: Switching, office: VoiceOffice, seat: int) -> None:
    host = switching.host
    erlang = round(office.lines * LINE_ERLANG, 2)
    count = e1_count(erlang)
    code = f"{office.code}-{host.code.rpartition('-')[2]}.TG01"
    signalling = "V5.2" if office.role == "remote" else "H.248"
    switching.groups.append((code, office.code, host.code, "", "both", signalling, count, erlang, "局间中继"))
    if office.town != seat:
        switching.trails += [Trail(f"{code}.2M.{own:04d}", office.town, seat, "局间中继电路") for own in range(1, count + 1)]


def _far_groups(switching: Switching, erlang: float) -> None:
    host = switching.host
    for number, (name, part) in enumerate((("荆州长途局(演示)", 0.6), ("演示运营商关口局", 0.4)), start=1):
        own = round(erlang * part, 2)
        switching.groups.append((f"{host.code}.TG{number:02d}", host.code, "", name, "both", "SS7", e1_count(own), own, "出局中继"))


def e1_count(erlang: float) -> int:
    """E1s of 30 channels that carry so much traffic in the busy hour with at most one call in a hundred refused."""
    refused, channels = 1.0, 0
    while refused > BLOCKING:
        channels += 1
        refused = erlang * refused / (channels + erlang * refused)
    return max(1, math.ceil(channels / 30))


def office_rows(switching: Switching) -> list[tuple]:
    """Rows of the layer ``switch_office``, the host first."""
    order = sorted(switching.offices, key=lambda office: office is not switching.host)
    names = {"host": "母局", "remote": "模块局", "gateway": "语音网关局"}
    return [
        (office.code, office.equipment, office.role, "" if office is switching.host else switching.host.code, names[office.role])
        for office in order
    ]


def block_rows(switching: Switching) -> list[tuple]:
    """Rows of the layer ``number_block``."""
    return [(f"{AREA_CODE}{block:04d}000", office.code, BLOCK) for office in switching.offices for block in office.blocks]
