"""What an impact reads: seven statements at most, whatever fails."""
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.prepared import ask
from app.engineering.power import battery_hours
from app.engineering.tables import read_table
from app.network.queries.batteries import FOLDER, BatteryHours
from app.topology.impact_rules import NOW, UNKNOWN, CircuitFacts, Feed, Hit
from app.topology.statements import query

ELEMENT_KINDS = {
    "structure": "structures", "section": "sections", "duct": "ducts", "cable": "cables", "segment": "segments", "conductor": "conductors",
    "site": "sites", "room": "rooms", "rack": "racks", "equipment": "equipment", "card": "cards", "port": "ports",
}  # fmt: skip


# The planner takes the walk over circuits for millions of rows and would clear as much memory as it may before the first of them. And
# with thousands of keys before it, it takes longer to plan than to answer, and comes to the same plan.
LARGE_QUESTION = text("SET LOCAL work_mem = '4MB'; SET LOCAL plan_cache_mode = force_generic_plan")


@dataclass(frozen=True)
class Failed:
    """What fails at once by itself: strands and pairs, ports, equipment, and the feeds that are cut."""

    conductor: Collection[int] = frozenset()
    port: Collection[int] = frozenset()
    equipment: Collection[int] = frozenset()
    feed: Collection[int] = frozenset()

    def by_kind(self) -> dict[str, Collection[int]]:
        return {"conductor": self.conductor, "port": self.port, "equipment": self.equipment}


@dataclass(frozen=True)
class BatteryState:
    """The strings of a structure together: hours until they end, None where nobody knows their load."""

    structure_id: int
    site: str | None
    capacity_ah: float
    load_a: float | None
    hours: float | None


@dataclass(frozen=True)
class PowerFacts:
    feeds: list[Feed] = field(default_factory=list)
    hours: Mapping[int, float] = field(default_factory=dict)
    batteries: list[BatteryState] = field(default_factory=list)


def expand_failed(session: Session, region_id: int, elements: Iterable[tuple[str, int]], area: str | None = None) -> Failed:
    """What fails with these things, and with everything inside an area. One statement.

    Parameters
    ----------
    area
        A GeoJSON geometry, EPSG:4490.
    """
    given: dict[str, list[int]] = {name: [] for name in ELEMENT_KINDS.values()}
    feeds = set()
    for kind, key in elements:
        if kind == "power_feed":
            feeds.add(key)
        else:
            given[ELEMENT_KINDS[kind]].append(key)
    found: dict[str, set[int]] = defaultdict(set)
    for kind, key in session.execute(query("impact_failed"), {"region_id": region_id, "area": area, **given}):
        found[kind].add(key)
    return Failed(found["conductor"], found["port"], found["equipment"], feeds)


def read_power(session: Session, region_id: int, failed: Failed) -> PowerFacts:
    """The feeds that hang on what failed, and how long the batteries among their sources last. Two statements at most."""
    if not failed.equipment and not failed.feed:
        return PowerFacts()
    given = {"region_id": region_id, "equipment": list(failed.equipment), "feeds": list(failed.feed)}
    rows = session.execute(query("impact_power"), given).all()
    feeds = [Feed(row.feed_id, row.load_id, row.source_id, row.source_kind) for row in rows]
    places = sorted({row.structure_id for row in rows if row.source_kind == "battery"})
    if not places:
        return PowerFacts(feeds)
    strings = session.execute(query("impact_batteries"), {"region_id": region_id, "structures": places}).all()
    hours, states = {}, []
    for place in places:
        alive = [row for row in strings if row.structure_id == place and row.id not in failed.equipment]
        state = _battery_state(place, alive)
        states.append(state)
        hours.update({row.id: UNKNOWN if state.hours is None else state.hours for row in alive})
    return PowerFacts(feeds, hours, states)


def _battery_state(place: int, strings: list) -> BatteryState:
    capacity = sum(row.capacity_ah or 0.0 for row in strings)
    shown = next((row.load_a for row in strings if row.load_a is not None), None)
    load = shown if shown is not None else sum(row.own_a for row in strings if row.own_a is not None) or None
    site = next((row.site for row in strings if row.site), None)
    if not load or not capacity:
        return BatteryState(place, site, capacity, load, None)
    rows = read_table("battery_hours.csv", BatteryHours, FOLDER)
    wanted = [row for row in rows if row.site == "*" or row.site.upper() == site]
    temperature = max(wanted, key=lambda row: row.site != "*").temperature_c
    hours = battery_hours(capacity, load, temperature)
    return BatteryState(place, site, capacity, load, NOW if hours is None else hours)


def read_circuits(session: Session, region_id: int, failed: Failed, dark: Collection[int]) -> CircuitFacts:
    """The circuits that may fall with what failed and with the equipment that loses power. One statement."""
    given = {"region_id": region_id, "conductors": list(failed.conductor), "ports": list(failed.port)}
    rows = ask(session, query("impact_circuits"), {**given, "equipment": list(set(failed.equipment) | set(dark))}).all()
    facts = CircuitFacts()
    for tag, *told in rows:
        _TAKE[tag](facts, *told)
    return facts


def _take_hit(facts: CircuitFacts, circuit, path, conductor, port, equipment, *_) -> None:
    kind, key = ("conductor", conductor) if conductor is not None else ("port", port)
    facts.hits[circuit].append(Hit(path, kind, key, equipment))


def _take_end(facts: CircuitFacts, circuit, _path, _conductor, port, equipment, *_) -> None:
    facts.ends[circuit].append(Hit(0, "port", port, equipment))


def _take_lower(facts: CircuitFacts, circuit, path, _conductor, _port, _equipment, other, _word) -> None:
    facts.lower[circuit].add((path, other))


def _take_path(facts: CircuitFacts, circuit, path, _conductor, _port, _equipment, other, _word) -> None:
    facts.paths[circuit].add(path)
    if other is not None:
        facts.lower[circuit].add((path, other))


def _take_uplink(facts: CircuitFacts, circuit, _path, _conductor, _port, equipment, other, _word) -> None:
    facts.uplinks[equipment].add((circuit, other))


def _take_ring(facts: CircuitFacts, circuit, _path, _conductor, _port, _equipment, other, _word) -> None:
    facts.rings[other].add(circuit)


def _take_circuit(facts: CircuitFacts, circuit, _path, _conductor, _port, equipment, _other, word) -> None:
    kind, protection = word.split(" ")
    facts.kinds[circuit] = kind
    # A section is the arc of a ring; it is what rides it that goes the other way round.
    if protection != "none" and (kind, protection) != ("section", "ring"):
        facts.protected.add(circuit)
    if equipment is not None:
        facts.heads[circuit] = equipment


_TAKE = {
    "hit": _take_hit, "end": _take_end, "lower": _take_lower, "path": _take_path, "uplink": _take_uplink, "ring": _take_ring,
    "circuit": _take_circuit,
}  # fmt: skip


def read_services(session: Session, region_id: int, circuits: Collection[int], gateways: Collection[int], day: date) -> list:
    """The services on these circuits and gateways on a day, each as often as it holds one. One statement."""
    given = {"region_id": region_id, "circuits": list(circuits), "gateways": list(gateways), "day": day, "is_past": day < date.today()}
    return ask(session, query("impact_services"), given).all()
