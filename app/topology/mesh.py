"""A graph in arrays: small enough to be kept by every process, and read by every search and measure of this package."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat

import networkx
import numpy
import rustworkx


@dataclass(frozen=True, eq=False)
class Mesh:
    """Nodes and edges by place (0, 1, 2 ...); keys are those of the rows that they stand for.

    Attributes
    ----------
    nodes, edges
        Key of each node and of each edge, int64. Several edges may join the same two nodes, and an edge a node to itself.
    tails, heads
        Place of the node at either end of each edge.
    metres
        Length of each edge in m; NaN where nobody knows it.
    """

    nodes: numpy.ndarray
    edges: numpy.ndarray
    tails: numpy.ndarray
    heads: numpy.ndarray
    metres: numpy.ndarray
    more: dict = field(default_factory=dict)

    @cached_property
    def node_places(self) -> dict[int, int]:
        """Place of each node by its key."""
        return {key: place for place, key in enumerate(self.nodes.tolist())}

    @cached_property
    def edge_places(self) -> dict[int, int]:
        """Place of each edge by its key."""
        return {key: place for place, key in enumerate(self.edges.tolist())}

    @cached_property
    def arcs(self) -> list[list[tuple[int, int]]]:
        """For each node its edges and the node at the other end: [(edge, node), ...]."""
        found: list[list[tuple[int, int]]] = [[] for _ in range(len(self.nodes))]
        for edge, (tail, head) in enumerate(zip(self.tails.tolist(), self.heads.tolist(), strict=True)):
            found[tail].append((edge, head))
            if tail != head:
                found[head].append((edge, tail))
        return found

    @cached_property
    def ends(self) -> list[tuple[int, int]]:
        """Tail and head of each edge."""
        return list(zip(self.tails.tolist(), self.heads.tolist(), strict=True))

    def other_end(self, edge: int, node: int) -> int:
        """The node across an edge."""
        tail, head = self.ends[edge]
        return head if node == tail else tail

    def byte_count(self) -> int:
        """Bytes that the arrays take."""
        arrays = [self.nodes, self.edges, self.tails, self.heads, self.metres]
        arrays += [value for value in self.more.values() if isinstance(value, numpy.ndarray)]
        return sum(array.nbytes for array in arrays)

    def to_networkx(self, edges: Iterable[int] | None = None) -> networkx.MultiGraph:
        """The graph, or the part that these edges make, for networkx; nodes and edges carry their places as names and keys."""
        graph = networkx.MultiGraph()
        if edges is None:
            graph.add_nodes_from(range(len(self.nodes)))
        for edge in range(len(self.edges)) if edges is None else edges:
            tail, head = self.ends[edge]
            graph.add_edge(tail, head, key=edge, metres=float(self.metres[edge]))
        return graph


def make_mesh(nodes: Sequence[int], edges: Sequence[int], tails: Sequence[int], heads: Sequence[int], metres: Sequence[float]) -> Mesh:
    """A mesh from keys: tails and heads name nodes by key; an edge whose end is not among the nodes is left out."""
    keys = numpy.unique(numpy.asarray(nodes, dtype=numpy.int64))
    wanted = [numpy.asarray(ends, dtype=numpy.int64) for ends in (tails, heads)]
    places = [numpy.searchsorted(keys, ends) for ends in wanted]
    known = numpy.ones(len(edges), dtype=bool)
    for ends, found in zip(wanted, places, strict=True):
        found[found >= len(keys)] = 0
        known &= (keys[found] == ends) if len(keys) else False
    return Mesh(
        keys,
        numpy.asarray(edges, dtype=numpy.int64)[known],
        places[0][known],
        places[1][known],
        numpy.asarray(metres, dtype=numpy.float64)[known],
    )


@dataclass(frozen=True)
class Weakness:
    """Where a mesh hangs together by one thing.

    Attributes
    ----------
    bridges
        Edges whose loss alone parts what hung together.
    thin_pairs
        For each pair of nodes that nothing but the edges between them holds together: those edges; one edge makes a bridge,
        several bear the loss of one but not of what they share.
    cut_nodes
        Nodes whose loss parts what hung together.
    components
        The nodes of each part, the largest first.
    """

    bridges: tuple[int, ...]
    thin_pairs: tuple[tuple[int, ...], ...]
    cut_nodes: tuple[int, ...]
    components: tuple[tuple[int, ...], ...]


def find_weakness(mesh: Mesh) -> Weakness:
    """Bridges, cut nodes and components; by rustworkx, because networkx takes half a minute for a million edges."""
    low, high = numpy.minimum(mesh.tails, mesh.heads), numpy.maximum(mesh.tails, mesh.heads)
    count = max(len(mesh.nodes), 1)
    pair_of = low.astype(numpy.int64) * count + high
    pairs = numpy.unique(pair_of[low != high])
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(mesh.nodes)))
    graph.add_edges_from(list(zip((pairs // count).tolist(), (pairs % count).tolist(), repeat(None))))
    thin = numpy.array(sorted(min(a, b) * count + max(a, b) for a, b in rustworkx.bridges(graph)), dtype=numpy.int64)
    order = numpy.argsort(pair_of, kind="stable")
    starts, ends = (numpy.searchsorted(pair_of, thin, side, sorter=order).tolist() for side in ("left", "right"))
    thin_pairs = [tuple(sorted(order[start:end].tolist())) for start, end in zip(starts, ends, strict=True)]
    components = sorted((tuple(sorted(part)) for part in rustworkx.connected_components(graph)), key=lambda part: (-len(part), part))
    return Weakness(
        tuple(sorted(edges[0] for edges in thin_pairs if len(edges) == 1)),
        tuple(sorted(thin_pairs)),
        tuple(sorted(rustworkx.articulation_points(graph))),
        tuple(components),
    )
