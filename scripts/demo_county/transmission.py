"""SDH: a network element in every office, sections over strands of the trunk cables, rings, and E1 trails on their channels."""
import math
import random
from collections import defaultdict
from dataclasses import dataclass

from scripts.demo_county.backbone import Backbone, Link
from scripts.demo_county.banks import Bank, plain_name
from scripts.demo_county.circuits import Carrier, CircuitBook, port_carrier, run
from scripts.demo_county.offices import mount, stand
from scripts.demo_county.plant import TownPlant

CHANNELS = {"stm16": 1008, "stm4": 252}
RATE_MBIT = {"stm16": 2488.32, "stm4": 622.08}
LINE_CARDS = {"stm16": "STM16-1", "stm4": "STM4-1"}
E1_MBIT = 2.048
DDF_SIZES = (32, 64, 128)


@dataclass(frozen=True)
class Section:
    """A section to be built: the towns it joins, the link and the strand; ``ring`` is -1 off the rings."""

    code: str
    rate: str
    one: int
    two: int
    link: Link
    position: int
    ring: int


@dataclass(frozen=True)
class Trail:
    """An E1 wanted between two towns."""

    code: str
    one: int
    two: int
    name: str


def plan_sections(backbone: Backbone, names: list[str]) -> list[Section]:
    """A section on every link of every ring, and one on each link that no ring uses; takes their strands."""
    sections = []
    for ring, towns in enumerate(backbone.rings):
        pairs = zip(towns, [*towns[1:], towns[0]], strict=True)
        sections += [_section(backbone, names, pair, "stm16", ring) for pair in pairs]
    held = {frozenset((section.one, section.two)) for section in sections}
    for pair in sorted(tuple(sorted(pair)) for pair in backbone.links if pair not in held):
        sections.append(_section(backbone, names, pair, "stm4", -1))
    return sections


def _section(backbone: Backbone, names: list[str], pair: tuple[int, int], rate: str, ring: int) -> Section:
    one, two = pair
    link = backbone.links[frozenset(pair)]
    code = f"{names[one]}-{names[two].split('-')[1]}.{rate.upper()}.{ring + 1 or 9:02d}"
    return Section(code, rate, one, two, link, link.take(), ring)


def build_transmission(
    plants: list[TownPlant], backbone: Backbone, sections: list[Section], trails: list[Trail], book: CircuitBook, rng: random.Random
) -> None:
    """Equipment of every office, then sections, rings and trails."""
    elements = [_element(plant, town, sections, trails, rng) for town, plant in enumerate(plants)]
    for section in sections:
        _build_section(section, elements, book)
    for ring in range(len(backbone.rings)):
        code = f"{plants[backbone.seat].town.prefix}-RING{ring + 1:02d}"
        book.rings.append((code, f"传输{ring + 1}环", "stm16"))
        own = [section for section in sections if section.ring == ring]
        book.members += [(code, seq, section.code) for seq, section in enumerate(own, start=1)]
    between = defaultdict(list)
    for section in sections:
        between[frozenset((section.one, section.two))].append(section)
    for trail in trails:
        _build_trail(trail, backbone, between, elements, book)


@dataclass
class _Element:
    """Ports of a network element by type, and the frame on which its tributaries end."""

    ports: dict[str, Bank]
    frame: Bank


def _element(plant: TownPlant, town: int, sections: list[Section], trails: list[Trail], rng: random.Random) -> _Element:
    lines = [LINE_CARDS[section.rate] for section in sections if town in (section.one, section.two)]
    wanted = sum((trail.one == town) + (trail.two == town) for trail in trails) + 4
    tributaries = ["E1-21"] * math.ceil(wanted / 21) if wanted <= 42 else ["E1-63"] * math.ceil(wanted / 63)
    _, ports = mount(plant.office, "SDH", "SDH-12", [*sorted(lines), *tributaries], rng)
    frame = Bank()
    while frame.size < wanted:
        size = next((one for one in DDF_SIZES if one >= wanted - frame.size), DDF_SIZES[-1])
        code = f"{plant.office.site}/DDF{len(frame.frames) + 1:02d}"
        stand(plant.office, code, f"DDF-{size}", "R0201", 0.0, rng)
        frame.frames.append((code, size, plain_name("", len(str(size)))))
    plant.line_banks += ports.values()
    plant.banks.append(frame)
    return _Element(ports, frame)


def _build_section(section: Section, elements: list[_Element], book: CircuitBook) -> None:
    ends = tuple(elements[town].ports[section.rate].next_port() for town in (section.one, section.two))
    carriers = run(book, ends, [(section.link, section.position)], section.one)
    book.head(
        section.code, "section", section.rate, ends, "传输段", rate_mbit=RATE_MBIT[section.rate], channel_count=CHANNELS[section.rate],
        protection="ring" if section.ring >= 0 else "none",
    )
    book.carry(section.code, 1, carriers)


def _build_trail(trail: Trail, backbone: Backbone, between: dict, elements: list[_Element], book: CircuitBook) -> None:
    """From tributary to tributary, with the frame before each; where a second way shares no link with the first, it protects."""
    near, far = elements[trail.one], elements[trail.two]
    frames = near.frame.next_port(), far.frame.next_port()
    ports = near.ports["e1"].next_port(), far.ports["e1"].next_port()
    for frame, port in zip(frames, ports, strict=True):
        book.patch(frame, port)
    first, second = backbone.ways(trail.one, trail.two)
    is_protected = not _pairs(first) & _pairs(second)
    book.head(
        trail.code, "trail", "e1", ports, trail.name, rate_mbit=E1_MBIT, channel_count=1,
        protection="ring" if is_protected else "none",
    )
    inner = _channels(first, between, book)
    book.carry(trail.code, 1, [*map(port_carrier, (frames[0], ports[0])), *inner, *map(port_carrier, (ports[1], frames[1]))])
    if is_protected:
        book.carry(trail.code, 2, _channels(second, between, book))


def _pairs(way: list[int]) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in zip(way, way[1:], strict=False)}


def _channels(way: list[int], between: dict, book: CircuitBook) -> list[Carrier]:
    """A channel of the emptiest section of every hop."""
    return [
        book.channel(min((section.code for section in between[frozenset(pair)]), key=lambda code: (book.channels.get(code, 0), code)))
        for pair in zip(way, way[1:], strict=False)
    ]
