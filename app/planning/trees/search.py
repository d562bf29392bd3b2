"""Good trees by growing, improving and crossing them, within a time."""
from dataclasses import dataclass, field

import numpy

from app.planning.trees.clock import now
from app.planning.trees.kernels import grow, nodes_of, spread, tree_over
from app.planning.trees.moves import degrees, exchange, insert_nodes
from app.planning.trees.problem import TreeProblem

MOST_KEPT = 12
_SEED = 20050531


@dataclass(eq=False)
class TreeSearch:
    """The trees found so far for one problem, the cheapest first; each as its cost and a truth for each edge."""

    problem: TreeProblem
    deadline: float
    found: list[tuple[float, numpy.ndarray]] = field(default_factory=list)

    def __post_init__(self):
        self.steps = self.steps_without_gain = 0
        self.order = numpy.argsort(self.problem.costs, kind="stable")
        self.random = numpy.random.default_rng(_SEED)

    @property
    def is_late(self) -> bool:
        return now() >= self.deadline

    @property
    def best(self) -> tuple[float, numpy.ndarray]:
        """The cheapest tree."""
        return self.found[0]

    def start(self, count: int, hints: list[numpy.ndarray]) -> None:
        """Grow trees from so many terminals, and one by each hint of costs; improve the best of them, and those by hints."""
        terminals = self.problem.terminals
        roots = terminals if len(terminals) <= count else self.random.choice(terminals, count, replace=False)
        grown = sorted((self._grow(self.problem.costs, root) for root in roots), key=lambda pair: pair[0])[:1]
        for _, kept in [*(self._grow(hint, terminals[0]) for hint in hints), *grown]:
            self.add(*self.improve(kept))

    def step(self) -> None:
        """One tree more: mostly one of the best nudged, now and then two crossed, or a new one."""
        self.steps += 1
        before = self.best[0]
        if self.steps % 400 == 200:
            self.restart()
        elif self.steps % 100 == 50:
            self.cross()
        else:
            self.nudge()
        self.steps_without_gain = self.steps_without_gain + 1 if self.best[0] >= before else 0

    def restart(self) -> None:
        """One more tree, grown by costs that are changed by up to a third, and improved."""
        changed = self.problem.costs * self.random.uniform(1.0, 1.33, len(self.problem.costs))
        self.add(*self.improve(self._grow(changed, self.random.choice(self.problem.terminals))[1]))

    def cross(self) -> None:
        """One tree more out of two of the best: what both have is made cheap, what neither has dear."""
        if len(self.found) < 2:
            self.restart()
            return
        one, two = self.random.choice(len(self.found), 2, replace=False)
        shared = self.found[one][1].astype(float) + self.found[two][1]
        low = numpy.choose(shared.astype(int), [5.0, 1.0, 0.7])
        changed = self.problem.costs * low * self.random.uniform(1.0, 1.4, len(low))
        self.add(*self.improve(self._grow(changed, self.random.choice(self.problem.terminals))[1]))

    def within(self, is_open: numpy.ndarray, root: int) -> None:
        """A tree that uses open edges first of all, improved over all edges as far as time allows."""
        self.add(*self.improve(self._grow(numpy.where(is_open, self.problem.costs, 2 * self.problem.costs), root)[1]))

    def nudge(self) -> None:
        """One of the best trees, changed around a random node by costs that are changed there, and improved there."""
        _, kept = self.found[self.random.integers(min(3, len(self.found)))]
        ball = self._ball(self.random.integers(self.problem.node_count), max(40, self.problem.node_count // 20))
        is_near = ball[self.problem.tails] & ball[self.problem.heads]
        changed = self.problem.costs * numpy.where(kept, 0.1, 1.0)
        factors = self.random.uniform(1.0, 1.5, int(is_near.sum()))
        changed[is_near] = self.problem.costs[is_near] * factors
        _, tried = self._grow(changed, self.random.choice(self.problem.terminals))
        self.add(*self.improve(tried, ball))

    def improve(self, kept: numpy.ndarray, near: numpy.ndarray | None = None) -> tuple[float, numpy.ndarray]:
        """The tree once no move that is tried, at nodes that are near if that is said, makes it cheaper, or the time is over."""
        graph, ends = self.problem.arrays, self.problem.is_terminal
        near = numpy.ones(self.problem.node_count, dtype=bool) if near is None else near
        total, before = float(self.problem.costs[kept].sum()), numpy.inf
        while total < before - 1e-9 * (1 + total) and not self.is_late:
            before = total
            for nodes in self._shares(numpy.flatnonzero(near & ~nodes_of(graph, kept)), 400):
                kept, total = insert_nodes(graph, self.order, ends, kept, total, nodes)
            for nodes in self._shares(numpy.flatnonzero(near & ((degrees(graph, kept) > 2) | ends)), 20):
                kept, total = exchange(graph, self.order, ends, kept, total, nodes)
        return total, kept

    def _ball(self, centre: int, size: int) -> numpy.ndarray:
        """True for the nodes nearest to one, about so many."""
        far, _, _ = spread(self.problem.arrays, self.problem.costs, numpy.array([centre]), numpy.inf)
        return far <= numpy.partition(far, min(size, len(far) - 1))[min(size, len(far) - 1)]

    def add(self, cost: float, kept: numpy.ndarray) -> None:
        """Keep a tree unless it is known or worse than all that are kept."""
        if any(numpy.array_equal(kept, other) for known, other in self.found if abs(known - cost) <= self.problem.step / 2):
            return
        self.found = sorted([*self.found, (cost, kept)], key=lambda pair: pair[0])[:MOST_KEPT]

    def _shares(self, nodes: numpy.ndarray, size: int):
        self.random.shuffle(nodes)
        for place in range(0, len(nodes), size):
            if self.is_late:
                return
            yield nodes[place : place + size]

    def _grow(self, costs: numpy.ndarray, root: int) -> tuple[float, numpy.ndarray]:
        graph, ends = self.problem.arrays, self.problem.is_terminal
        kept, cost = tree_over(graph, self.order, grow(graph, costs, ends, root), ends)
        return cost, kept
