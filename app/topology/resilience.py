"""What is meant to be safe and is not: rings whose arms share a section, loads with one root of power."""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy.orm import Session

from app.network.queries.codes import full_codes
from app.topology.arrays import read_arrays
from app.topology.dependency import feeds_of
from app.topology.statements import query
from app.topology.supply import build_power_graph, find_cycles, find_roots, find_single_sources


@dataclass(frozen=True)
class FalseRing:
    """A ring that one cut opens twice, or that does not close: codes of the sections that two of its circuits share."""

    ring: str
    is_closed: bool
    sections: tuple[str, ...]
    circuits: tuple[str, ...]


@dataclass(frozen=True)
class PowerRoot:
    """A source on which others hang alone, and how many; or things that feed each other in a ring."""

    source: str
    loads: int
    is_ring: bool


def list_false_rings(session: Session, region_id: int) -> list[FalseRing]:
    """Rings of which two circuits lie in one section, and rings that do not close. Two statements and one for names."""
    given = {"region_id": region_id}
    members = session.execute(query("ring_members"), given).all()
    passed = defaultdict(set)
    for row in session.execute(query("ring_sections"), given):
        passed[row.circuit_id].add(row.section_id)
    rings = defaultdict(list)
    for row in members:
        rings[row.ring].append(row)
    found = []
    for ring, rows in rings.items():
        shared, guilty = set(), set()
        for one, other in combinations(rows, 2):
            if both := passed[one.circuit_id] & passed[other.circuit_id]:
                shared |= both
                guilty |= {one.circuit, other.circuit}
        closed = closes([(row.a_equipment, row.z_equipment) for row in rows])
        if shared or not closed:
            found.append((ring, closed, sorted(shared), tuple(sorted(guilty))))
    names = full_codes(session, region_id, [("section", key) for *_, keys, _ in found for key in keys])
    return [
        FalseRing(ring, closed, tuple(sorted(names["section", key] for key in keys)), circuits) for ring, closed, keys, circuits in found
    ]


def closes(ends: Sequence[tuple[int | None, int | None]]) -> bool:
    """True where these joins, in any order, make one ring: each thing is met twice and all hang together."""
    met, part = defaultdict(int), {}

    def root(thing):
        while part.setdefault(thing, thing) != thing:
            thing = part[thing]
        return thing

    for a, z in ends:
        if a is None or z is None:
            return False
        met[a] += 1
        met[z] += 1
        part[root(a)] = root(z)
    return bool(met) and set(met.values()) == {2} and len({root(thing) for thing in met}) == 1


def list_power_roots(session: Session, region_id: int, limit: int = 20) -> list[PowerRoot]:
    """Sources without which loads are dark, most loads first; things that feed each other come before all."""
    feeds = read_arrays(session, query("power_feeds").text, region_id, "source", "equipment", "rack", "is_store")
    graph = build_power_graph(feeds_of(feeds))
    rings = [(node, len(part), True) for part in find_cycles(graph) for node in part]
    ends = find_roots(graph)
    single = sorted(find_single_sources(graph).items(), key=lambda row: (-len(row[1]), row[0]))
    alone = [(node, sum(load in ends for load in dead), False) for node, dead in single]
    told = [*rings, *(row for row in alone if row[1])][:limit]
    names = full_codes(session, region_id, [node for node, _, _ in told])
    return [PowerRoot(names[node], count, is_ring) for node, count, is_ring in told]
