"""When things fail, in hours from now: 0 at once, later when batteries end, never (infinite) where another path or feed holds. Pure.

Everything is the least or the largest of what it hangs on: a chain falls with its first link, a protected circuit with its last path,
equipment with its last feed.
"""
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

NEVER, NOW = inf, 0.0
# The battery is there and nobody knows its load: it ends some time after now.
UNKNOWN = 1e-6


@dataclass(frozen=True)
class Feed:
    """Equipment lives on a source; ``source_kind`` is the kind of the source's model."""

    feed_id: int
    load_id: int
    source_id: int
    source_kind: str


@dataclass(frozen=True)
class Hit:
    """Something failed that carries a path of a circuit; an equipment that only loses power has a time of its own."""

    path_no: int
    kind: str
    key: int
    equipment_id: int | None = None


@dataclass
class CircuitFacts:
    """What is known of the circuits that may fall.

    Attributes
    ----------
    hits, ends
        By circuit: what carries it, and what it begins or ends at.
    lower
        By circuit the circuits that it rides, each with the path.
    paths
        By protected circuit the path numbers that it has.
    heads
        By tree or access line the equipment of its A port, whose uplinks it needs.
    uplinks
        By equipment its uplink circuits, each with the equipment that it leads to.
    rings
        By ring its member sections.
    protected
        Circuits that survive on one of several paths.
    """

    hits: dict[int, list[Hit]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[int, list[Hit]] = field(default_factory=lambda: defaultdict(list))
    lower: dict[int, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    paths: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    heads: dict[int, int] = field(default_factory=dict)
    uplinks: dict[int, set[tuple[int, int | None]]] = field(default_factory=lambda: defaultdict(set))
    rings: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    kinds: dict[int, str] = field(default_factory=dict)
    protected: set[int] = field(default_factory=set)


def power_hours(
    failed: Collection[int], dead_feeds: Collection[int], feeds: Iterable[Feed], batteries: Mapping[int, float]
) -> dict[int, float]:
    """When each equipment of the feeds fails: with the last of its sources. A source without feeds lives, a battery for its hours."""
    sources: dict[int, list[Feed]] = defaultdict(list)
    for feed in feeds:
        sources[feed.load_id].append(feed)
    hours: dict[int, float] = {}

    def of(key: int, kind: str, above: tuple[int, ...]) -> float:
        if key in failed:
            return NOW
        if kind == "battery":
            return batteries.get(key, UNKNOWN)
        if key not in sources:
            return NEVER
        if key in above:
            return NOW
        if key not in hours:
            alive = [feed for feed in sources[key] if feed.feed_id not in dead_feeds]
            found = max((of(feed.source_id, feed.source_kind, (*above, key)) for feed in alive), default=NOW)
            if above:
                return found
            hours[key] = found
        return hours[key]

    return {key: of(key, "", ()) for key in set(sources) | set(failed)}


class Outage:
    """Times at which circuits fail, worked out on demand."""

    def __init__(self, facts: CircuitFacts, equipment: Mapping[int, float], failed: Mapping[str, Collection[int]]) -> None:
        self.facts, self.equipment, self.failed = facts, equipment, failed
        self._circuits: dict[int, float] = {}
        self._causes: dict[tuple[int, float], set[tuple[str, int]]] = {}
        self._asked: set[int] = set()
        self._ring_of = {circuit: ring for ring, members in facts.rings.items() for circuit in members}

    def hours(self, circuit: int) -> float:
        """When a circuit fails."""
        if circuit in self._circuits:
            return self._circuits[circuit]
        if circuit in self._asked:
            return NEVER
        self._asked.add(circuit)
        found = min(self._common(circuit), self._paths(circuit), self._head(circuit))
        self._asked.discard(circuit)
        self._circuits[circuit] = found
        return found

    def is_weakened(self, circuit: int, until: float) -> bool:
        """True where a circuit holds, and has lost a path, or rides one that has and has no path of its own."""
        return self._weakened(circuit, until, frozenset())

    def causes(self, circuit: int, until: float) -> set[tuple[str, int]]:
        """The failed things that must be mended before a circuit works again."""
        facts, found, waiting, seen = self.facts, set(), [circuit], set()
        while waiting:
            own = waiting.pop()
            if own in seen:
                continue
            seen.add(own)
            found |= self._own_causes(own, until)
            waiting += [low for _, low in facts.lower.get(own, ()) if self.hours(low) <= until]
            head = facts.heads.get(own)
            if head is not None and self._way_out(head, frozenset()) <= until:
                waiting += [uplink for uplink, _ in facts.uplinks[head]]
        return found

    def _own_causes(self, circuit: int, until: float) -> set[tuple[str, int]]:
        """What of a circuit's own has failed; many ride one circuit, so that it is told once."""
        if (circuit, until) not in self._causes:
            hits = (*self.facts.hits.get(circuit, ()), *self.facts.ends.get(circuit, ()))
            self._causes[circuit, until] = {self._cause(hit) for hit in hits if self._hit_hours(hit) <= until}
        return self._causes[circuit, until]

    def _cause(self, hit: Hit) -> tuple[str, int]:
        if hit.kind == "port" and hit.key not in self.failed["port"] and hit.equipment_id is not None:
            return "equipment", hit.equipment_id
        return hit.kind, hit.key

    def _weakened(self, circuit: int, until: float, above: frozenset[int]) -> bool:
        if circuit in above or self.hours(circuit) <= until:
            return False
        paths = self._path_hours(circuit)
        if len(paths) > 1:
            return min(paths.values()) <= until
        return any(self._weakened(low, until, above | {circuit}) for _, low in self.facts.lower.get(circuit, ()))

    def _hit_hours(self, hit: Hit) -> float:
        if hit.key in self.failed[hit.kind]:
            return NOW
        return self.equipment.get(hit.equipment_id, NEVER) if hit.equipment_id is not None else NEVER

    def _has_channels(self, circuit: int) -> bool:
        return bool(self.facts.lower.get(circuit))

    def _common(self, circuit: int) -> float:
        """The ends, and of a protected circuit over channels what its first path has besides them: both ways pass it."""
        found = min((self._hit_hours(hit) for hit in self.facts.ends.get(circuit, ())), default=NEVER)
        if circuit in self.facts.protected and self._has_channels(circuit):
            own = (self._hit_hours(hit) for hit in self.facts.hits.get(circuit, ()) if hit.path_no == 1)
            found = min(found, min(own, default=NEVER))
        return found

    def _paths(self, circuit: int) -> float:
        return max(self._path_hours(circuit).values(), default=NEVER)

    def _path_hours(self, circuit: int) -> dict[int, float]:
        """When each path fails; a ring without a second path closes the other way round."""
        facts, hits, lower = self.facts, self.facts.hits.get(circuit, ()), self.facts.lower.get(circuit, ())
        if circuit not in facts.protected:
            links = [self._hit_hours(hit) for hit in hits] + [self.hours(low) for _, low in lower]
            return {1: min(links, default=NEVER)}
        is_channelled, found = self._has_channels(circuit), {}
        for path in facts.paths[circuit] | {1}:
            own = [self._hit_hours(hit) for hit in hits if hit.path_no == path and not (is_channelled and path == 1)]
            own += [self.hours(low) for number, low in lower if number == path]
            found[path] = min(own, default=NEVER)
        spare = self._spare_arc({low for _, low in lower}) if len(found) == 1 else None
        return found if spare is None else {**found, 2: spare}

    def _spare_arc(self, used: set[int]) -> float | None:
        """When the rest of the rings fails of which these sections are members; None where they are in none."""
        rings = {self._ring_of[low] for low in used if low in self._ring_of}
        if not rings or any(low not in self._ring_of for low in used):
            return None
        return min((self.hours(member) for ring in rings for member in self.facts.rings[ring] - used), default=None)

    def _head(self, circuit: int) -> float:
        head = self.facts.heads.get(circuit)
        return NEVER if head is None else self._way_out(head, frozenset())

    def _way_out(self, equipment: int, above: frozenset[int]) -> float:
        """When the last uplink of equipment fails, further on too; never where it has none."""
        ways = self.facts.uplinks.get(equipment)
        if not ways or equipment in above:
            return NEVER
        onward = above | {equipment}
        return max(min(self.hours(uplink), NEVER if to is None else self._way_out(to, onward)) for uplink, to in ways)
