"""Making a tree problem smaller without losing its best tree (Duin and Volgenant 1989)."""
from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from app.planning.trees.kernels import compiled, find, spread
from app.planning.trees.problem import TreeProblem


@dataclass(frozen=True, eq=False)
class Reduced:
    """A smaller problem.

    Attributes
    ----------
    problem
        What is left of it.
    made_of
        For each edge of it the edges of the first problem that it stands for.
    fixed
        Edges of the first problem that are in a best tree in any case.
    """

    problem: TreeProblem
    made_of: Sequence[tuple[int, ...]]
    fixed: tuple[int, ...]

    def edges_of(self, kept: numpy.ndarray) -> list[int]:
        """The edges of the first problem that a tree of this one stands for, the fixed ones too."""
        return [*self.fixed, *(edge for place in numpy.flatnonzero(kept).tolist() for edge in self.made_of[place])]

    def without(self, needless: numpy.ndarray) -> "Reduced":
        """The problem once edges are struck out, made smaller again."""
        left = numpy.flatnonzero(~needless)
        problem = self.problem
        smaller = TreeProblem(problem.node_count, problem.tails[left], problem.heads[left], problem.costs[left], problem.terminals)
        return reduce_problem(smaller, [self.made_of[place] for place in left.tolist()], self.fixed)


def reduce_problem(problem: TreeProblem, made_of: Sequence[tuple[int, ...]] | None = None, fixed: tuple[int, ...] = ()) -> Reduced:
    """The problem without what the degrees of its nodes and the distances between its terminals show to be needless."""
    made_of = [(edge,) for edge in range(len(problem.tails))] if made_of is None else made_of
    while True:
        web = _Web(problem, made_of)
        web.shrink()
        fixed += tuple(web.fixed)
        problem, made_of = web.rebuild()
        if len(problem.terminals) < 2 or not len(problem.tails):
            return Reduced(problem, made_of, fixed)
        is_long = _long_edges(problem)
        if is_long.sum() * 50 < len(is_long):
            return Reduced(problem, made_of, fixed)
        left = numpy.flatnonzero(~is_long)
        problem = TreeProblem(problem.node_count, problem.tails[left], problem.heads[left], problem.costs[left], problem.terminals)
        made_of = [made_of[place] for place in left.tolist()]


class _Web:
    """The graph as a dictionary for each node: other node to (cost, edges stood for)."""

    def __init__(self, problem: TreeProblem, made_of: Sequence[tuple[int, ...]]):
        self.near: list[dict[int, tuple[float, tuple[int, ...]]]] = [{} for _ in range(problem.node_count)]
        self.terminals = set(problem.terminals.tolist())
        self.fixed: list[int] = []
        rows = zip(problem.tails.tolist(), problem.heads.tolist(), problem.costs.tolist(), made_of, strict=True)
        for tail, head, cost, parts in rows:
            self._join(tail, head, cost, parts)
        self.waiting = list(range(problem.node_count))

    def shrink(self) -> None:
        """Strike out ends and pass over nodes that only lie between two others, until none is left."""
        while self.waiting and len(self.terminals) > 1:
            node = self.waiting.pop()
            near = self.near[node]
            if node in self.terminals:
                self._shrink_terminal(node)
            elif len(near) == 1:
                self._part(node, next(iter(near)))
            elif len(near) == 2:
                (left, (cost, parts)), (right, (more, others)) = near.items()
                self._part(node, left)
                self._part(node, right)
                self._join(left, right, cost + more, parts + others)

    def _shrink_terminal(self, node: int) -> None:
        near = self.near[node]
        if not near:
            return
        nearest = min(near, key=lambda other: (near[other][0], other not in self.terminals))
        # The cheapest edge of a terminal is in a best tree where it is its only one or leads to another terminal.
        if len(near) == 1 or nearest in self.terminals:
            self._merge(node, nearest)

    def _merge(self, node: int, into: int) -> None:
        self.fixed += self.near[node][into][1]
        self._part(node, into)
        for other, (cost, parts) in list(self.near[node].items()):
            self._part(node, other)
            self._join(into, other, cost, parts)
        self.terminals.discard(node)
        self.terminals.add(into)
        self.waiting.append(into)

    def _part(self, left: int, right: int) -> None:
        del self.near[left][right], self.near[right][left]
        self.waiting += (left, right)

    def _join(self, left: int, right: int, cost: float, parts: tuple[int, ...]) -> None:
        if left != right and (right not in self.near[left] or cost < self.near[left][right][0]):
            self.near[left][right] = self.near[right][left] = (cost, parts)

    def rebuild(self) -> tuple[TreeProblem, list[tuple[int, ...]]]:
        """What the terminals reach, with nodes numbered anew, and what its edges stand for."""
        order = [next(iter(self.terminals))]
        places = {order[0]: 0}
        for node in order:
            for other in self.near[node]:
                if other not in places:
                    places[other] = len(order)
                    order.append(other)
        rows = [
            (places[node], places[other], cost, parts)
            for node in order
            for other, (cost, parts) in self.near[node].items()
            if places[node] < places[other]
        ]
        tails, heads, costs = (numpy.array([row[place] for row in rows]) for place in range(3))
        terminals = numpy.array(sorted(places[node] for node in self.terminals if node in places), dtype=numpy.int64)
        problem = TreeProblem(len(order), tails.astype(numpy.int64), heads.astype(numpy.int64), costs.astype(numpy.float64), terminals)
        return problem, [row[3] for row in rows]


def _long_edges(problem: TreeProblem) -> numpy.ndarray:
    """True for edges longer than a way between their ends whose longest leg between terminals is shorter: no best tree has them."""
    graph = problem.arrays
    far, _, base = spread(graph, graph.costs, problem.terminals, numpy.inf)
    left, right = base[graph.tails], base[graph.heads]
    links = far[graph.tails] + graph.costs + far[graph.heads]
    joined = _bottlenecks(left, right, links, numpy.argsort(links, kind="stable"), len(problem.terminals))
    legs = numpy.maximum(numpy.maximum(far[graph.tails], far[graph.heads]), joined)
    is_long = graph.costs > legs * (1 + 1e-12)
    _mark_detours(graph, numpy.argsort(-graph.costs, kind="stable"), is_long)
    return is_long


@compiled
def _bottlenecks(left, right, links, order, count):
    """For each edge the longest link on the cheapest spanning tree of the terminals between the terminals nearest to its ends."""
    parents = numpy.arange(count)
    above, rise = numpy.arange(count), numpy.zeros(count)
    sizes = numpy.ones(count, numpy.int64)
    for edge in order:
        if left[edge] < 0 or right[edge] < 0 or left[edge] == right[edge]:
            continue
        one, two = find(parents, left[edge]), find(parents, right[edge])
        if one != two:
            if sizes[one] > sizes[two]:
                one, two = two, one
            parents[one] = above[one] = two
            sizes[two] += sizes[one]
            rise[one] = links[edge]
    joined = numpy.zeros(len(left))
    for edge in range(len(left)):
        one, two = left[edge], right[edge]
        # Links only grow towards the head of the tree of unions, so the lower of the two climbs first.
        while one != two:
            if above[one] != one and (above[two] == two or rise[one] <= rise[two]):
                joined[edge] = max(joined[edge], rise[one])
                one = above[one]
            else:
                joined[edge] = max(joined[edge], rise[two])
                two = above[two]
    return joined


@compiled
def _mark_detours(graph, order, is_long):
    """Mark the edges that a way not longer can stand in for, the longest first; a way over a marked edge does not count."""
    costs = graph.costs.copy()
    for edge in numpy.flatnonzero(is_long):
        costs[edge] = numpy.inf
    for edge in order:
        if is_long[edge]:
            continue
        costs[edge] = numpy.inf
        if _is_near(graph, costs, graph.tails[edge], graph.heads[edge], graph.costs[edge]):
            is_long[edge] = True
        else:
            costs[edge] = graph.costs[edge]


@compiled
def _is_near(graph, costs, start, goal, limit):
    """True where a short search finds a way of at most so much; it looks at 60 nodes, so a far way may be missed."""
    nodes, far = numpy.empty(256, numpy.int64), numpy.empty(256)
    done = numpy.zeros(256, numpy.bool_)
    nodes[0], far[0], size = start, 0.0, 1
    for _ in range(60):
        best = -1
        for place in range(size):
            if not done[place] and (best < 0 or far[place] < far[best]):
                best = place
        if best < 0:
            return False
        if nodes[best] == goal:
            return True
        done[best] = True
        for arc in range(graph.first[nodes[best]], graph.first[nodes[best] + 1]):
            further = far[best] + costs[graph.edges[arc]]
            if further <= limit:
                size = _note(nodes, far, size, graph.ends[arc], further)
    return False


@compiled
def _note(nodes, far, size, node, further):
    for place in range(size):
        if nodes[place] == node:
            far[place] = min(far[place], further)
            return size
    if size < len(nodes):
        nodes[size], far[size] = node, further
        return size + 1
    return size
