"""Where what actions buy is put: cards in slots, shelves in rack units, with the power that they draw; boxes, modules, strings, uplinks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.engineering.power import DIRECT_V, HIGH_LOAD_RATIO
from app.engineering.tables import read_table
from app.network.statements import statement
from app.planning.price_book import price

FOLDER = Path(__file__).parent
# What begins with it is bought with the plan.
NEW = "+"
# Boxes for lines stand outside, in structures around which homes are so near; so many of them are looked at.
BOXES, REACH_M, MOST_SPOTS = ("dp", "fibre_box", "lan_switch"), 150.0, 500
MODULE, STRING, UPLINK, UPLINK_TYPE = "rectifier_module", "battery_string", "uplink_10g", "10ge"
PUT = (*BOXES, MODULE, STRING, UPLINK)


@dataclass(frozen=True)
class CardItem:
    """A row of ``action_models.csv``: the card that an item is, the type of slot that it needs, and the chassis bought for it."""

    item: str
    card: str
    card_type: str
    chassis: str


CARDS: Mapping[str, CardItem] = {row.item: row for row in read_table("action_models.csv", CardItem, FOLDER)}


@dataclass
class Power:
    """Watts and amperes that are left somewhere; None where nobody wrote a limit down, so that it bounds nothing."""

    watts: float | None = None
    amps: float | None = None

    def bears(self, watts: float) -> bool:
        """Whether so many watts more can be drawn."""
        return (self.watts is None or self.watts >= watts) and (self.amps is None or self.amps >= watts / DIRECT_V)

    def draw(self, watts: float) -> None:
        """Take so many watts."""
        self.watts = None if self.watts is None else self.watts - watts
        self.amps = None if self.amps is None else self.amps - watts / DIRECT_V


@dataclass
class RackRoom:
    """A rack: its full code, its room, the units that are free, its power, and whether it is bought."""

    code: str
    room: str
    free: set[int]
    power: Power
    is_new: bool = False

    def find_units(self, height: int) -> int | None:
        """The lowest of so many free units on end."""
        return next((low for low in sorted(self.free) if self.free.issuperset(range(low, low + height))), None)


@dataclass
class FreeSlot:
    """A slot that takes a card, told as equipment and slot, what bounds the power there, and the number of its shelf where that is new."""

    code: str
    card_type: str
    equipment_id: int | None
    powers: Sequence[Power]
    shelf_no: int = 0


@dataclass
class Frame:
    """A rectifier frame: key and full code, the structure where it stands, and its amperes with what is bought for it."""

    id: int
    code: str
    stands_in: str
    installed: float
    used: float
    strings: int = 0

    @property
    def load(self) -> float:
        """The share of its amperes that is drawn."""
        return self.used / self.installed if self.installed else float("inf")


@dataclass(frozen=True)
class Put:
    """What is bought with its place, None where there is none; ``thing`` is what holds it, kind and key, None where that is new."""

    item: str
    place: str | None
    thing: tuple[str, int] | None = None


@dataclass
class Housing:
    """What the cards of one product came to: cards, shelves and racks with their places, and units and watts of racks that are there."""

    cards: list[Put] = field(default_factory=list)
    shelves: list[Put] = field(default_factory=list)
    racks: list[Put] = field(default_factory=list)
    in_new: int = 0
    units: int = 0
    new_units: int = 0
    watts: float = 0.0


@dataclass
class Places:
    """Slots and racks that are left; what one card or shelf has taken no other takes."""

    slots: list[FreeSlot]
    racks: list[RackRoom]
    watts: Mapping[str, float]
    heights: Mapping[str, int]
    lines: Mapping[str, Sequence[str]]
    spots: Sequence[tuple[int, str]] = ()
    frames: Sequence[Frame] = ()
    uplinks: list[tuple[int, str]] = field(default_factory=list)
    bought: int = 0
    boxes: int = 0

    def house(self, item: str, count: int) -> Housing:
        """Places for so many cards: slots that are free, then new shelves in racks with room, then in new racks."""
        found, kind, before = Housing(), CARDS[item], self.bought
        for number in range(count):
            watts = self.watts.get(kind.card, 0.0)
            slot = self._find_slot(kind.card_type, watts)
            if slot is None:
                self._add_shelf(kind, watts * min(count - number, len(self.lines[kind.chassis])), found)
                slot = self._find_slot(kind.card_type, watts)
            if slot is None:
                break
            self.slots.remove(slot)
            for power in slot.powers:
                power.draw(watts)
            found.watts += watts
            found.in_new += slot.shelf_no > before
            found.cards.append(Put(item, slot.code, slot.equipment_id and ("equipment", slot.equipment_id)))
        return found

    def put(self, item: str, count: int) -> list[Put]:
        """Places for so many of an item of ``PUT``."""
        return self.put_up(item, count) if item in BOXES else self.feed(item, count)

    def put_up(self, item: str, count: int) -> list[Put]:
        """So many boxes in structures of the community, one in each before there is a second in any; none where no structure is."""
        places = [self.spots[(self.boxes + number) % len(self.spots)] for number in range(count)] if self.spots else []
        self.boxes += len(places)
        return [Put(item, code, ("structure", key)) for key, code in places]

    def feed(self, item: str, count: int) -> list[Put]:
        """So many modules, each in the frame with the highest load then; strings beside the frame that has fewest new ones; uplinks at
        idle ports. What finds no place is told without one.
        """
        found = []
        for _ in range(count):
            if item == UPLINK:
                key, code = self.uplinks.pop(0) if self.uplinks else (None, None)
            elif not self.frames:
                key = code = None
            elif item == MODULE:
                frame = max(self.frames, key=lambda one: one.load)
                frame.installed += price(item).size
                key, code = frame.id, frame.code
            else:
                frame = min(self.frames, key=lambda one: (one.strings, -one.load))
                frame.strings += 1
                key, code = frame.id, frame.stands_in
            found.append(Put(item, code, key and ("equipment", key)))
        return found

    def _find_slot(self, card_type: str, watts: float) -> FreeSlot | None:
        return next((one for one in self.slots if one.card_type == card_type and all(power.bears(watts) for power in one.powers)), None)

    def _add_shelf(self, kind: CardItem, watts: float, found: Housing) -> None:
        """A new chassis in a rack that bears it with so many watts of cards; a rack more where none does."""
        height, drawn = self.heights[kind.chassis], self.watts.get(kind.chassis, 0.0)
        rack = next((one for one in self.racks if one.power.bears(drawn + watts) and one.find_units(height) is not None), None)
        self.bought += 1
        if rack is None:
            rack = self._add_rack()
            found.racks.append(Put("rack", rack.code))
        low = rack.find_units(height)
        rack.free -= set(range(low, low + height))
        rack.power.draw(drawn)
        found.watts += drawn
        if rack.is_new:
            found.new_units += height
        else:
            found.units += height
        code = f"{NEW}{kind.chassis}#{self.bought}"
        found.shelves.append(Put("shelf", f"{rack.code}@front:{low}-{low + height - 1} {code}"))
        self.slots += [FreeSlot(f"{code} {slot}", kind.card_type, None, [rack.power], self.bought) for slot in self.lines[kind.chassis]]

    def _add_rack(self) -> RackRoom:
        """A rack in the room with most equipment of lines; what feeds it is bought with it."""
        room = self.racks[0].room if self.racks else ""
        code = f"{room}/{NEW}R{self.bought}" if room else f"{NEW}R{self.bought}"
        self.racks.append(RackRoom(code, room, set(range(1, price("rack").size + 1)), Power(), is_new=True))
        return self.racks[-1]


def read_places(session: Session, region_id: int, town_id: int, community_id: int) -> Places:
    """The places of cards, power and uplinks in a town, and of boxes in one of its communities. Six statements."""
    given: dict[str, object] = {"region_id": region_id, "grid": town_id, "high_load": HIGH_LOAD_RATIO}
    racks = {
        row.id: RackRoom(row.code, row.room, set(range(1, row.height_u + 1)) - set(row.taken), Power(row.watts, row.amps))
        for row in session.execute(text(statement("rack_rooms", FOLDER / "sql")), given)
    }
    own: dict[int, Power] = {}
    slots = []
    given["types"] = [one.card_type for one in CARDS.values()]
    for row in session.execute(text(statement("free_slots", FOLDER / "sql")), given):
        powers = [own.setdefault(row.equipment_id, Power(amps=row.amps)), *([racks[row.rack_id].power] if row.rack_id in racks else [])]
        slots.append(FreeSlot(f"{row.code} {row.slot}", row.card_type, row.equipment_id, powers))
    models = session.execute(text(statement("model_slots", FOLDER / "sql")), {"models": [
        code for one in CARDS.values() for code in (one.card, one.chassis)
    ]}).all()  # fmt: skip
    types = {one.chassis: one.card_type for one in CARDS.values()}
    lines = {row.code: [slot for slot, kind in zip(row.slots, row.types, strict=True) if kind == types.get(row.code)] for row in models}
    watts, heights = {row.code: row.power_w or 0.0 for row in models}, {row.code: row.height_u or 1 for row in models}
    asked = {"region_id": region_id, "grid": community_id, "reach_m": REACH_M, "most": MOST_SPOTS}
    spots = [(row.id, row.code) for row in session.execute(text(statement("box_spots", FOLDER / "sql")), asked)]
    frames = [
        Frame(row.id, row.code, row.stands_in, row.installed, row.in_use)
        for row in session.execute(text(statement("frames", FOLDER / "sql")), given)
    ]
    free = session.execute(text(statement("free_uplinks", FOLDER / "sql")), {**given, "uplink_type": UPLINK_TYPE})
    uplinks = [(row.equipment_id, row.code) for row in free]
    return Places(slots, list(racks.values()), watts, heights, lines, spots, frames, uplinks)
