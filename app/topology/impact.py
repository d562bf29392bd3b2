"""Impact: whom it hits when things fail together, now and when batteries end. A fixed number of statements, nothing counted twice."""
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.engineering.quantities import impossible
from app.engineering.tables import read_table
from app.network.queries.codes import Hit, full_codes, resolve_code
from app.topology.impact_rows import (
    ELEMENT_KINDS,
    LARGE_QUESTION,
    BatteryState,
    expand_failed,
    read_circuits,
    read_power,
    read_services,
)
from app.topology.impact_rules import NEVER, NOW, UNKNOWN, Outage, power_hours

HERE = Path(__file__).parent
FAILING = (*ELEMENT_KINDS, "power_feed")
LAST_RANK = 99


@dataclass(frozen=True)
class CareRank:
    """How early a grade of care or a segment of customers comes: 1 first."""

    list: str
    value: str
    rank: int


@dataclass(frozen=True)
class ServiceHit:
    """A service that is hit.

    Attributes
    ----------
    state
        ``down`` at once, ``later`` when batteries end, ``weakened`` where it holds without its protection.
    hours
        When it fails; None where it holds, and where nobody knows how long the batteries last.
    """

    id: int
    code: str
    product: str
    sla: str | None
    customer: str
    segment: str
    grid: str | None
    grid_zh: str | None
    grid_en: str | None
    circuits: tuple[str, ...]
    numbers: tuple[str, ...]
    state: str
    hours: float | None


@dataclass(frozen=True)
class CustomerHit:
    """A customer, and how many of its services are down, fail later, and lose protection."""

    code: str
    segment: str
    sla: str | None
    down: int
    later: int
    weakened: int


@dataclass(frozen=True)
class Restoration:
    """A failed thing and what waits for it: services that are down or will be; ranked by care, then by number."""

    kind: str
    id: int
    code: str
    services: int
    large_customers: int
    sla: str | None


@dataclass(frozen=True)
class Impact:
    """The answer. ``services`` are ordered by state, care and code; ``customers`` with the large ones first."""

    services: tuple[ServiceHit, ...]
    customers: tuple[CustomerHit, ...]
    restoration: tuple[Restoration, ...]
    batteries: tuple[BatteryState, ...]
    grids: tuple[tuple[str | None, str | None, str | None, int], ...]
    numbers: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict, hash=False)

    def of_state(self, state: str) -> tuple[ServiceHit, ...]:
        return tuple(service for service in self.services if service.state == state)


def find_failing(session: Session, region_id: int, codes: Sequence[str]) -> list[Hit]:
    """The things of these codes that can fail.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    InputError
        ``NOT_FAILING`` where a code names nothing that fails by itself; ``CODE_AMBIGUOUS`` where it names several that do.
    """
    return list(dict.fromkeys(_one_failing(session, region_id, code) for code in codes))


def _one_failing(session: Session, region_id: int, code: str) -> Hit:
    hits = resolve_code(session, region_id, code)
    found = [hit for hit in hits if hit.kind in FAILING]
    # An office and the building that it is in often share their name: the building is the more that fails.
    if {hit.kind for hit in found} == {"site", "structure"}:
        found = [hit for hit in found if hit.kind == "structure"]
    if not found:
        raise InputError(
            "NOT_FAILING", f"{hits[0].code} is a {hits[0].kind}: it does not fail by itself", subject=hits[0].code, found=hits[0].kind,
            expected=", ".join(FAILING), next_step="name what breaks: a section, a cable, a room, equipment",
        )  # fmt: skip
    if len(found) > 1:
        raise InputError(
            "CODE_AMBIGUOUS", f"several things are called {code}", subject=code, found=", ".join(f"{hit.kind} {hit.code}" for hit in found),
            next_step="name one of them with its parent's code",
        )  # fmt: skip
    return found[0]


def find_impact(
    session: Session, region_id: int, elements: Collection[tuple[str, int]], hours: float = 0.0, *, day: date, area: str | None = None
) -> Impact:
    """What it means when these things fail together. At most seven statements with the settings before them, and one for each kind of thing
    to be mended.

    Parameters
    ----------
    elements
        (kind, id) of sections, ducts, cables, segments, strands (``conductor``), structures, sites, rooms, racks, equipment, cards,
        ports, feeds.
    hours
        How long the failure lasts: what batteries do not bear for so long fails too.
    day
        Services held on this day count.
    area
        A GeoJSON geometry, EPSG:4490: sections that touch it and structures in it fail.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative hours.
    """
    if hours < 0:
        raise impossible("hours", hours, "0 or more")
    session.execute(LARGE_QUESTION)
    failed = expand_failed(session, region_id, elements, area)
    power = read_power(session, region_id, failed)
    equipment = power_hours(failed.equipment, failed.feed, power.feeds, power.hours)
    dark = {key for key, when in equipment.items() if when < NEVER}
    facts = read_circuits(session, region_id, failed, dark)
    outage = Outage(facts, equipment, failed.by_kind())
    falls = {circuit: outage.hours(circuit) for circuit in facts.kinds}
    weakened = {circuit for circuit in falls if outage.is_weakened(circuit, hours)}
    concerned = {circuit for circuit, when in falls.items() if when <= hours} | weakened
    rows = read_services(session, region_id, concerned, {key for key in dark if equipment[key] <= hours}, day)
    services, roots = _services(rows, falls, weakened, equipment, hours)
    restoration = _restoration(session, region_id, services, roots, outage, hours)
    return _answer(services, restoration, power.batteries)


def _services(rows: Sequence, falls: Mapping, weakened: Collection[int], equipment: Mapping, until: float):
    """Each service once, and the circuits and gateways that it fails with."""
    grouped = defaultdict(list)
    for row in rows:
        grouped[row.id].append(row)
    found, roots = [], {}
    for own in grouped.values():
        times = [falls[row.circuit_id] if row.circuit_id is not None else equipment[row.gateway_id] for row in own]
        first = min(times)
        state = "down" if first <= NOW else "later" if first <= until else "weakened"
        row = own[0]
        numbers = tuple((row.numbers or "").split())
        circuits = tuple(sorted({one.circuit_code for one in own if one.circuit_code}))
        when = None if first > until or first == UNKNOWN else first
        grid = (row.grid, row.grid_zh, row.grid_en)
        found.append(ServiceHit(row.id, row.code, row.product, row.sla, row.customer, row.segment, *grid, circuits, numbers, state, when))
        if state != "weakened":
            roots[row.code] = [one for one, time in zip(own, times, strict=True) if time <= until]
    order = {"down": 0, "later": 1, "weakened": 2}
    found.sort(key=lambda one: (order[one.state], care("segment", one.segment), care("sla", one.sla), one.code))
    return found, roots


def _restoration(session: Session, region_id: int, services: Sequence[ServiceHit], roots: Mapping, outage: Outage, until: float):
    waiting: dict[tuple[str, int], list[ServiceHit]] = defaultdict(list)
    causes: dict[int, set] = {}
    for service in services:
        things = set()
        for row in roots.get(service.code, ()):
            if row.circuit_id is None:
                things.add(("equipment", row.gateway_id))
                continue
            if row.circuit_id not in causes:
                causes[row.circuit_id] = outage.causes(row.circuit_id, until)
            things |= causes[row.circuit_id]
        for thing in things:
            waiting[thing].append(service)
    codes = full_codes(session, region_id, waiting)
    found = [_one_restoration(thing, codes.get(thing, str(thing[1])), behind) for thing, behind in waiting.items()]
    found.sort(key=lambda one: (care("sla", one.sla), -one.large_customers, -one.services, one.code))
    return found


def _one_restoration(thing: tuple[str, int], code: str, behind: Sequence[ServiceHit]) -> Restoration:
    large = len({service.customer for service in behind if service.segment == "large"})
    return Restoration(*thing, code, len(behind), large, _best_sla(behind))


def _answer(services: Sequence[ServiceHit], restoration: Sequence[Restoration], batteries: Sequence[BatteryState]) -> Impact:
    hit = [service for service in services if service.state != "weakened"]
    grids = Counter((service.grid, service.grid_zh, service.grid_en) for service in hit)
    counts = Counter(service.state for service in services)
    return Impact(
        tuple(services),
        tuple(_customers(services)),
        tuple(restoration),
        tuple(batteries),
        tuple((*grid, count) for grid, count in sorted(grids.items(), key=lambda one: (-one[1], one[0][0] is None, one[0][0]))),
        tuple(sorted({number for service in hit for number in service.numbers})),
        {state: counts[state] for state in ("down", "later", "weakened")},
    )


def _customers(services: Sequence[ServiceHit]) -> list[CustomerHit]:
    grouped: dict[str, list[ServiceHit]] = defaultdict(list)
    for service in services:
        grouped[service.customer].append(service)
    counts = Counter((service.customer, service.state) for service in services)
    found = [
        CustomerHit(code, own[0].segment, _best_sla(own), *(counts[code, state] for state in ("down", "later", "weakened")))
        for code, own in grouped.items()
    ]
    found.sort(key=lambda one: (care("segment", one.segment), care("sla", one.sla), -one.down - one.later, one.code))
    return found


def _best_sla(services: Sequence[ServiceHit]) -> str | None:
    return min((service.sla for service in services if service.sla), key=lambda sla: (care("sla", sla), sla), default=None)


@cache
def care(name: str, value: str | None) -> int:
    """The rank of a grade of care (``sla``) or of a ``segment``; what the table does not know comes last."""
    return _ranks().get((name, (value or "").upper()), LAST_RANK)


@cache
def _ranks() -> Mapping[tuple[str, str], int]:
    return {(row.list, row.value.upper()): row.rank for row in read_table("care_order.csv", CareRank, HERE)}
