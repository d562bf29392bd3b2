"""From a tree of sections to cables: pieces between the places where something is joined, each with the strands that go through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.errors import RuleError

SIZES = (4, 8, 12, 24, 36, 48, 72, 96, 144, 216, 288)


@dataclass(frozen=True)
class Piece:
    """One sheath between two joints.

    Attributes
    ----------
    start, end
        Nodes, the one nearer to the office first.
    edges
        In order from the start.
    strands
        That are needed; ``size`` is the cable's.
    """

    start: int
    end: int
    edges: tuple[int, ...]
    strands: int
    size: int


@dataclass(frozen=True, eq=False)
class CablePlan:
    """Where the cabinet stands, the cables from the office to it and from it, and what ends or goes on at each joint.

    Attributes
    ----------
    trunk
        Pieces from the office to the cabinet, in order; empty where the cabinet stands in the office's building.
    branches
        Pieces that leave the cabinet, and those that leave each joint, by node, in order.
    ending
        Strands that end at each node.
    """

    cabinet: int
    trunk: tuple[Piece, ...]
    branches: Mapping[int, Sequence[Piece]]
    ending: Mapping[int, int]

    def pieces(self) -> list[Piece]:
        """All pieces, from the office outwards."""
        found, queue = list(self.trunk), [self.cabinet]
        while queue:
            for piece in self.branches.get(queue.pop(), ()):
                found.append(piece)
                queue.append(piece.end)
        return found


def build_cables(
    ends: Sequence[tuple[int, int]], edges: Sequence[int], root: int, ending: Mapping[int, int], trunk_strands: int
) -> CablePlan:
    """The cables along a tree.

    Parameters
    ----------
    ends
        Nodes at either end of each edge of the graph.
    edges
        Of the tree.
    ending
        Strands that end at each site.

    Raises
    ------
    RuleError
        ``CABLE_TOO_THICK`` where more strands than the largest cable has would go one way.
    """
    below = _root_tree(ends, edges, root)
    counts: dict[int, int] = {}
    _count(root, below, ending, counts)
    cabinet = root
    way: list[int] = []
    # The cabinet stands where the first cable parts, or something ends.
    while not ending.get(cabinet) and len(below[cabinet]) == 1 and counts[cabinet]:
        edge, cabinet = below[cabinet][0]
        way.append(edge)
    trunk = (_piece(root, cabinet, tuple(way), trunk_strands),) if way else ()
    branches: dict[int, list[Piece]] = {}
    queue = [cabinet]
    while queue:
        node = queue.pop()
        branches[node] = [_follow(node, step, below, ending, counts) for step in below[node] if counts[step[1]]]
        queue += [piece.end for piece in branches[node]]
    return CablePlan(cabinet, trunk, branches, dict(ending))


def _root_tree(ends: Sequence[tuple[int, int]], edges: Sequence[int], root: int) -> dict[int, list[tuple[int, int]]]:
    """For each node the edges that lead away from the root, and where to."""
    arcs: dict[int, list[tuple[int, int]]] = {root: []}
    for edge in edges:
        tail, head = ends[edge]
        arcs.setdefault(tail, []).append((edge, head))
        arcs.setdefault(head, []).append((edge, tail))
    below: dict[int, list[tuple[int, int]]] = {}
    queue, seen = [root], {root}
    while queue:
        node = queue.pop()
        below[node] = sorted((edge, other) for edge, other in arcs[node] if other not in seen)
        seen.update(other for _, other in below[node])
        queue += [other for _, other in below[node]]
    return below


def _count(root: int, below: Mapping, ending: Mapping[int, int], counts: dict[int, int]) -> None:
    """Strands that end at a node and beyond it; without recursion, since a tree may be deep."""
    order, queue = [], [root]
    while queue:
        node = queue.pop()
        order.append(node)
        queue += [other for _, other in below[node]]
    for node in reversed(order):
        counts[node] = ending.get(node, 0) + sum(counts[other] for _, other in below[node])


def _follow(start: int, step: tuple[int, int], below: Mapping, ending: Mapping[int, int], counts: Mapping[int, int]) -> Piece:
    way, node = [step[0]], step[1]
    while not ending.get(node):
        onward = [one for one in below[node] if counts[one[1]]]
        if len(onward) != 1:
            break
        way.append(onward[0][0])
        node = onward[0][1]
    return _piece(start, node, tuple(way), counts[step[1]])


def _piece(start: int, end: int, way: tuple[int, ...], strands: int) -> Piece:
    size = next((size for size in SIZES if size >= strands), None)
    if size is None:
        raise RuleError(
            "CABLE_TOO_THICK", "more strands are needed one way than a cable has", found=strands, expected=f"at most {SIZES[-1]}",
            next_step="design a smaller area",
        )  # fmt: skip
    return Piece(start, end, way, strands, size)
