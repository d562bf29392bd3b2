"""An independent recount of the capacity in a folder of demo files: from the files and the catalogue's CSVs, never from a database.

Every count follows the definitions of the tallies: installed is what is built, in service or pending removal; the rest of life is
planned, apart; retired counts nowhere. Things count in the community in whose polygon their structure stands, and in its town and county.
"""
from collections import defaultdict
from dataclasses import astuple, dataclass
from pathlib import Path

from scripts.demo_county.catalogue import expand, product_ports, product_slots, products
from scripts.demo_county.survey_files import Grounds, read_grounds, read_rows

OUTSIDE = "0"
INSTALLED = ("built", "in_service", "pending_removal")
PLANNED = ("planned", "designed", "building")
BROKEN = ("faulty", "blocked")
_KINDS = {"plain": "port", "panel": "terminal", "split_out": "splitter_output"}


@dataclass
class Counts:
    """Members by state; ``idle`` follows from the others."""

    installed: int = 0
    in_use: int = 0
    reserved: int = 0
    releasing: int = 0
    unusable: int = 0
    planned: int = 0

    @property
    def idle(self) -> int:
        return self.installed - self.in_use - self.reserved - self.releasing - self.unusable

    def count(self, life: str, use: str, health: str, number: int = 1) -> None:
        """Add members of one state."""
        if life in PLANNED:
            self.planned += number
        elif life in INSTALLED:
            self.installed += number
            if use in ("in_use", "reserved", "releasing"):
                setattr(self, use, getattr(self, use) + number)
            elif health in BROKEN:
                self.unusable += number

    def add(self, other: "Counts") -> None:
        """Add another count."""
        for name, value in zip(self.__dataclass_fields__, astuple(other), strict=True):
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class _Place:
    """Where and in which life a piece of equipment stands."""

    model: str
    structure: str
    life: str
    health: str


class _Tally:
    """Counts by structure, kind and technology; turned into grids at the end."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str, str], Counts] = defaultdict(Counts)

    def of(self, structure: str, kind: str, technology: str = "") -> Counts:
        return self.counts[structure, kind, technology]


def recount(folder: Path) -> dict[tuple[str, str, str], Counts]:
    """Counts by (grid code, kind, technology) for counties, towns and communities; grid ``0`` is outside every community."""
    grounds = read_grounds(folder)
    tally = _Tally()
    _count_inside_and_outside(folder, tally)
    lives = _count_conductors(folder, tally)
    _count_ducts(folder, tally, grounds, lives)
    return _rolled_up(tally, grounds)


def _rolled_up(tally: _Tally, grounds: Grounds) -> dict[tuple[str, str, str], Counts]:
    found: dict[tuple[str, str, str], Counts] = defaultdict(Counts)
    for (structure, kind, technology), counts in tally.counts.items():
        grid = grounds.community.get(structure, OUTSIDE)
        while grid:
            found[grid, kind, technology].add(counts)
            grid = grounds.parent.get(grid, "")
    return dict(found)


def _count_inside_and_outside(folder: Path, tally: _Tally) -> None:
    sites = {row["code"]: row["structure"] for row in read_rows(folder, "site")}
    racks = {}
    for row in read_rows(folder, "rack"):
        code = f"{row['room']}/{row['code']}"
        racks[code] = (sites[row["room"].rpartition("/")[0]], int(float(row["height_u"])))
    filled: dict[str, dict[int, bool]] = defaultdict(dict)
    places = {}
    for row in read_rows(folder, "equipment"):
        structure = racks[row["rack"]][0] if row["rack"] else row["structure"]
        place = places[row["code"]] = _Place(row["model"], structure, row["life"] or "in_service", row["health"] or "ok")
        if row["rack"] and row["start_u"]:
            _fill_units(filled[row["rack"]], place, int(float(row["start_u"])))
    for rack, (structure, height) in racks.items():
        units = filled[rack]
        for unit in range(1, height + 1):
            use = "idle" if unit not in units else "in_use" if units[unit] else "reserved"
            tally.of(structure, "rack_unit").count("in_service", use, "ok")
    _count_ports(folder, tally, places)


def _fill_units(units: dict[int, bool], place: _Place, start: int) -> None:
    if place.life == "retired":
        return
    for unit in range(start, start + products()[place.model].height_u):
        units[unit] = units.get(unit, False) or place.life not in PLANNED


def _count_ports(folder: Path, tally: _Tally, places: dict[str, _Place]) -> None:
    cards: dict[str, list[dict]] = defaultdict(list)
    for row in read_rows(folder, "card"):
        cards[row["equipment"]].append(row)
    states: dict[str, list[dict]] = defaultdict(list)
    for row in read_rows(folder, "port_state"):
        states[row["equipment"]].append(row)
    for code, place in places.items():
        told = _told(states.get(code, ()), "ports", expand)
        ports = [(port.no, port, place.life) for port in product_ports().get(place.model, ())]
        for card in cards.get(code, ()):
            life = card["life"] or place.life
            ports += [(f"{card['slot_no']}/{port.no}", port, life) for port in product_ports().get(card["model"], ())]
        for number, port, life in ports:
            if port.role in _KINDS:
                kind = _KINDS[port.role]
                technology = {"port": port.port_type, "terminal": products()[place.model].kind}.get(kind, "")
                use, health, own = told.get(number, ("", "", ""))
                tally.of(place.structure, kind, technology).count(own or life, use, health)
        _count_slots(tally, place, cards.get(code, []))


def _count_slots(tally: _Tally, place: _Place, cards: list[dict]) -> None:
    slots = product_slots().get(place.model, 0)
    lives = [card["life"] or place.life for card in cards if card["life"] != "retired"]
    waiting = sum(1 for life in lives if life in PLANNED)
    counts = tally.of(place.structure, "slot")
    counts.count(place.life, "reserved", place.health, waiting)
    counts.count(place.life, "in_use", place.health, len(lives) - waiting)
    counts.count(place.life, "idle", place.health, slots - len(lives))


def _told(rows, field: str, expanded) -> dict[str, tuple[str, str, str]]:
    """Member -> use, health and life as the state rows tell them; a later row adds to an earlier one."""
    told: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        new = (row["use"], row["health"], row["life"])
        for member in expanded(row[field]):
            old = told.get(member)
            told[member] = new if old is None else tuple(one or two for one, two in zip(new, old, strict=True))
    return told


def _strands(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        low, _, high = part.partition("-")
        found += range(int(low), int(high or low) + 1)
    return found


def _count_conductors(folder: Path, tally: _Tally) -> dict[str, str]:
    """Count strands and pairs; the life of every segment by its full code."""
    mediums = {row["code"]: row["medium"] for row in read_rows(folder, "cable")}
    states: dict[str, list[dict]] = defaultdict(list)
    for row in read_rows(folder, "conductor_state"):
        states[row["segment"]].append(row)
    lives = {}
    for row in read_rows(folder, "segment"):
        code = f"{row['cable']}/{row['code']}"
        life = lives[code] = row["life"] or "in_service"
        counts = tally.of(row["a_structure"], "strand" if mediums[row["cable"]] == "fibre" else "pair")
        told = _told(states.get(code, ()), "strands", _strands)
        for use, health, own in told.values():
            counts.count(own or life, use, health)
        counts.count(life, "", "", products()[row["model"]].conductor_count - len(told))
    return lives


def _count_ducts(folder: Path, tally: _Tally, grounds: Grounds, lives: dict[str, str]) -> None:
    taken: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in read_rows(folder, "cable_run"):
        if row["duct_no"] and lives[row["segment"]] in INSTALLED:
            taken[row["section"]].add((row["duct_no"], row["subduct_no"]))
    holes: dict[str, list[tuple[dict, str]]] = defaultdict(list)
    for row in read_rows(folder, "duct"):
        holes[row["section"]] += [(row, str(number)) for number in _strands(row["nos"])]
    for section, members in holes.items():
        structure, section_life = grounds.section[section]
        tubed = {row["parent_no"] for row, _ in members if row["parent_no"]}
        cabled = {hole for hole, _ in taken[section]}
        for row, number in members:
            life = row["life"] or section_life
            parent = row["parent_no"]
            is_taken = (parent, number) in taken[section] if parent else number in tubed or number in cabled
            use = "in_use" if is_taken and life in ("in_service", "pending_removal") else "idle"
            tally.of(structure, "subduct" if parent else "duct").count(life, use, row["health"])
