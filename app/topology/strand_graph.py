"""The strand graph: idle strands as they are joined, from where light can be put in to where it can be taken out."""
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.topology.graph_cache import keep_graph
from app.topology.mesh import Mesh, make_mesh
from app.topology.statements import query

# A chain of more strands than this is a ring in bad data.
LONGEST = 500
_PANEL, _OPEN = "panel", "open"


@dataclass(frozen=True)
class Segment:
    """A segment of fibre as the graph needs it; ``idle`` counts its strands that could be given out."""

    id: int
    code: str
    cable_id: int
    ends: tuple[int, int]
    sheath_m: float
    sections: tuple[int, ...]
    idle: int


@dataclass(frozen=True)
class Bundle:
    """Idle chains of strands that pass the same segments between the same structures.

    Attributes
    ----------
    ends
        Keys of the structures where the chains begin and end, the lower first.
    segments
        Keys of the segments passed, from the first end.
    count
        Chains of which both ends lie on a panel whose front is free.
    loose_count
        Chains with an end that is spliced to nothing.
    metres
        Sheath passed.
    """

    ends: tuple[int, int]
    segments: tuple[int, ...]
    count: int
    loose_count: int
    metres: float


@dataclass(frozen=True, eq=False)
class StrandGraph:
    """Bundles as edges between structures; ``mesh`` has them at the same places."""

    bundles: Sequence[Bundle]
    segments: Mapping[int, Segment]
    mesh: Mesh
    ring_count: int

    def capacity(self, place: int, with_splices: bool) -> int:
        """Strands of a bundle that can be given out, with those that must first be spliced or not."""
        return self.bundles[place].count + (self.bundles[place].loose_count if with_splices else 0)


def get_strand_graph(session: Session, region_id: int) -> StrandGraph:
    """The region's idle strands, from three statements, kept by version."""
    return keep_graph(session, region_id, build_strand_graph)


def build_strand_graph(session: Session, region_id: int) -> StrandGraph:
    """The strand graph from the rows as they are now."""
    given = {"region_id": region_id}
    idle = dict(session.execute(query("idle_strands"), given).all())
    joints = session.execute(query("idle_joints"), given).all()
    counts = Counter(idle.values())
    segments = {}
    for row in session.execute(query("strand_segments"), given):
        ends = (row.a_structure_id, row.z_structure_id)
        segments[row.id] = Segment(row.id, row.code, row.cable_id, ends, row.sheath_m, tuple(row.sections), counts[row.id])
    chains = _Chains(idle, segments, joints)
    bundles = tuple(_bundles(chains.walk(), segments))
    nodes = {key for bundle in bundles for key in bundle.ends}
    mesh = make_mesh(
        sorted(nodes),
        range(len(bundles)),
        [bundle.ends[0] for bundle in bundles],
        [bundle.ends[1] for bundle in bundles],
        [bundle.metres for bundle in bundles],
    )
    return StrandGraph(bundles, segments, mesh, chains.ring_count)


class _Chains:
    """Where each end of an idle strand leads: on to another end, to a structure, or nowhere (None) because something else holds it."""

    def __init__(self, idle: Mapping[int, int], segments: Mapping[int, Segment], joints: Iterable):
        self.idle, self.segments = idle, segments
        self.joined = {row.end_key: row for row in joints}
        self.behind = {row.mate_key: row.end_key for row in self.joined.values() if row.port_id}
        self.ring_count = 0

    def walk(self) -> Iterator[tuple]:
        """Each chain once: (structure, kind of end, structure, kind of end, keys of its segments)."""
        seen: set[int] = set()
        for strand in self.idle:
            for face in (0, 1):
                start = strand * 8 + face
                if start in seen:
                    continue
                begin = self._stop(start)
                if begin is not None:
                    yield from self._follow(start, begin, seen)
        self.ring_count = self._count_rings(seen)

    def _follow(self, start: int, begin: tuple, seen: set[int]) -> Iterator[tuple]:
        """The chain that begins at an end which leads to a structure; nothing where something else holds its far end."""
        passed, at = [], start
        for _ in range(LONGEST):
            passed.append(self.idle[at >> 3])
            leaving = at ^ 1
            seen.update((at, leaving))
            stop = self._stop(leaving)
            if stop is not None:
                yield (*begin, *stop, tuple(passed))
                return
            at = self._next(leaving)
            if at is None:
                return

    def _stop(self, end: int) -> tuple[int, str] | None:
        row = self.joined.get(end)
        if row is None:
            return self.segments[self.idle[end >> 3]].ends[end & 1], _OPEN
        return (row.structure_id, _PANEL) if row.is_free and row.front_key is None else None

    def _next(self, end: int) -> int | None:
        """The end of an idle strand that an end is joined to, straight or by a patch from panel to panel."""
        row = self.joined[end]
        if row.port_id is None:
            return row.mate_key if row.mate_key >> 3 in self.idle else None
        if not row.is_free or row.front_key & 7 != 5:
            return None
        return self.behind.get(row.front_key - 1)

    def _count_rings(self, seen: set[int]) -> int:
        """Rings among the strands that no walk from an end has met and that nothing holds."""
        count = 0
        for strand in self.idle:
            start = at = strand * 8
            for _ in range(LONGEST):
                if at in seen:
                    break
                seen.update((at, at ^ 1))
                if self._stop(at ^ 1) is not None or (at := self._next(at ^ 1)) is None:
                    break
                if at == start:
                    count += 1
                    break
        return count


def _bundles(chains: Iterable[tuple], segments: Mapping[int, Segment]) -> Iterator[Bundle]:
    counted: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for left, left_kind, right, right_kind, passed in chains:
        if left == right:
            continue
        key = (left, right, passed) if left < right else (right, left, passed[::-1])
        counted[key][_OPEN in (left_kind, right_kind)] += 1
    for (left, right, passed), (count, loose) in sorted(counted.items()):
        yield Bundle((left, right), passed, count, loose, sum(segments[key].sheath_m for key in passed))
