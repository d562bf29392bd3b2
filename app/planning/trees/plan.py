"""The cheapest tree that joins terminals, with a bound that tells how much cheaper it could be at most."""
import time

import numpy

from app.core.errors import RuleError
from app.planning.trees.ascent import ascents, needless
from app.planning.trees.clock import now
from app.planning.trees.cuts import MOST_EDGES, solve_by_cuts
from app.planning.trees.kernels import prune, span, spread
from app.planning.trees.problem import TreePlan, TreeProblem, check_problem, make_problem
from app.planning.trees.reductions import Reduced, reduce_problem
from app.planning.trees.search import TreeSearch
from app.planning.trees.subsets import best_tree, is_small

SECONDS = 45.0
# Parts of the time for one turn of the search, between which the problem is bounded and made smaller.
_SLICE_RATIO, _ROOTS = 0.2, 3
# Nodes up to which a tree along the arcs that dual ascent leaves free is worth its improving.
_MOST_NODES_WITHIN = 3000
# Steps of the search without a cheaper tree after which a turn ends early.
_MOST_STEPS = 300


def plan_tree(problem: TreeProblem, seconds: float = SECONDS) -> TreePlan:
    """The cheapest tree found within the time, and a lower bound.

    The problem is made smaller, bounded from below by dual ascent, searched from above, and made smaller again by what both tell;
    what is small enough then is solved exactly, by HiGHS with cuts or by a table of sets. The same problem gives the same tree as
    long as the time suffices.

    Raises
    ------
    InputError
        ``TREE_IMPOSSIBLE``.
    RuleError
        ``TREE_PARTED`` where no way joins the terminals.
    """
    check_problem(problem)
    _check_joined(problem)
    if len(problem.terminals) == 1:
        return TreePlan((), 0.0, 0.0, True, 0.0)
    hunt = _Hunt(problem, seconds)
    hunt.run()
    return hunt.plan()


def warm_up() -> None:
    """Compile the inner loops, or read what an earlier run compiled, so that no plan's time goes into it."""
    ring = [(node, (node + 1) % 12, 1.0 + node % 3) for node in range(12)] + [(node, (node + 5) % 12, 2.5) for node in range(12)]
    problem = make_problem(12, ring, [0, 2, 5, 7, 9])
    hunt = _Hunt(problem, 60.0)
    search = TreeSearch(problem, hunt.deadline)
    search.start(2, [])
    search.nudge()
    reduced = reduce_problem(problem)
    hunt.edges = numpy.arange(len(problem.tails))
    best_tree(problem)
    for root, _, left in ascents(problem, problem.terminals[:1]):
        needless(problem.arrays, problem.terminals, root, left, 1.0)
    hunt.run()
    reduced.without(numpy.zeros(len(reduced.made_of), dtype=bool))


class _Hunt:
    """One problem between its bounds."""

    def __init__(self, problem: TreeProblem, seconds: float):
        self.began = time.monotonic()
        self.deadline = now() + seconds
        self.slice = _SLICE_RATIO * seconds
        self.first = problem
        self.bound, self.turns = 0.0, 0
        self.cost, self.edges = numpy.inf, numpy.zeros(0, dtype=numpy.int64)
        self.is_proved = False

    def run(self) -> None:
        reduced = reduce_problem(self.first)
        search = None
        while not self._is_settled(reduced):
            if search is None:
                search = TreeSearch(reduced.problem, 0.0)
                search.deadline = now() + self.slice
                search.start(8, [self._mark(reduced)] if len(self.edges) else [])
            # What can be solved exactly soon needs only a good tree first.
            is_short = not self.turns and len(reduced.problem.tails) <= MOST_EDGES
            search.deadline = min(now() + self.slice / (6 if is_short else 1), self.deadline)
            self._search(reduced, search)
            self.turns += 1
            smaller = self._strike(reduced, search)
            if len(smaller.problem.tails) < 0.9 * len(reduced.problem.tails):
                reduced, search = smaller, None
            if self.is_proved or now() > self.deadline or self._settle_by_cuts(reduced):
                return

    def _settle_by_cuts(self, reduced: Reduced) -> bool:
        """True where the program with cuts proved the best tree of what is left; it is tried while there is more than a turn's time."""
        left = self.deadline - now() - self.slice
        if len(reduced.problem.tails) > MOST_EDGES or left < self.slice or self._is_settled(reduced):
            return self.is_proved
        fixed = float(self.first.costs[list(reduced.fixed)].sum())
        exact = solve_by_cuts(reduced.problem, self.cost - fixed, now() + left)
        if exact.kept is not None:
            self._keep(reduced.edges_of(exact.kept))
        self.bound = max(self.bound, exact.bound + fixed)
        return self._is_closed()

    def _mark(self, reduced: Reduced) -> numpy.ndarray:
        """The costs of a smaller problem's edges, those that the tree at hand has made cheap."""
        held = set(self.edges.tolist())
        is_held = numpy.array([held.issuperset(parts) for parts in reduced.made_of], dtype=bool)
        return reduced.problem.costs * numpy.where(is_held, 0.1, 1.0)

    def _is_settled(self, reduced: Reduced) -> bool:
        """True once the best tree is known, by bounds or because what is left is small."""
        problem = reduced.problem
        if len(problem.terminals) < 2 or not len(problem.tails):
            self._keep(reduced.edges_of(numpy.zeros(len(problem.tails), dtype=bool)))
            self.is_proved = True
        elif is_small(problem.node_count, len(problem.terminals)):
            self._keep(reduced.edges_of(best_tree(problem)))
            self.is_proved = True
        return self.is_proved

    def _search(self, reduced: Reduced, search: TreeSearch) -> None:
        while not search.is_late:
            search.step()
            if search.steps_without_gain > _MOST_STEPS:
                break
        self._keep(reduced.edges_of(search.best[1]))

    def _strike(self, reduced: Reduced, search: TreeSearch) -> Reduced:
        """The problem without what dual ascent from some roots shows to be needless; raises the bound."""
        problem = reduced.problem
        fixed = float(self.first.costs[list(reduced.fixed)].sum())
        struck = numpy.zeros(len(problem.tails), dtype=bool)
        for root, bound, left in ascents(problem, self._roots(search)):
            self.bound = max(self.bound, bound + fixed)
            if self._is_closed():
                return reduced
            if self.turns == 1 and problem.node_count <= _MOST_NODES_WITHIN:
                search.within(numpy.minimum(left[0::2], left[1::2]) <= 0, root)
                self._keep(reduced.edges_of(search.best[1]))
            # What costs as much as the tree at hand is not looked for; with whole costs, what is not a whole unit cheaper.
            slack = self.cost - fixed - bound - self.first.step
            struck |= needless(problem.arrays, problem.terminals, root, left, slack + 1e-6 * self.first.step)
        return reduced if self._is_closed() else self._smaller(reduced, struck)

    def _smaller(self, reduced: Reduced, struck: numpy.ndarray) -> Reduced:
        """The problem without what is struck out; where no tree is left, the tree at hand is proved."""
        problem = reduced.problem
        left = numpy.where(struck, numpy.inf, problem.costs)
        far, _, _ = spread(problem.arrays, left, problem.terminals[:1], numpy.inf)
        if numpy.isinf(far[problem.terminals]).any():
            self.is_proved = True
            return reduced
        return reduced.without(struck)

    def _roots(self, search: TreeSearch) -> numpy.ndarray:
        terminals = search.problem.terminals
        return search.random.choice(terminals, min(_ROOTS, len(terminals)), replace=False)

    def _keep(self, edges: list[int]) -> None:
        """Keep a tree of the first problem if it is cheaper than the one at hand."""
        kept = numpy.zeros(len(self.first.tails), dtype=bool)
        kept[edges] = True
        order = numpy.flatnonzero(kept)
        is_in = numpy.zeros(self.first.node_count, dtype=bool)
        is_in[self.first.tails[kept]] = is_in[self.first.heads[kept]] = True
        kept = span(self.first.arrays, order[numpy.argsort(self.first.costs[order], kind="stable")], is_in)
        cost = prune(self.first.arrays, kept, self.first.is_terminal)
        if cost < self.cost:
            self.cost, self.edges = float(self.first.costs[kept].sum()), numpy.flatnonzero(kept)
        self._is_closed()

    def _is_closed(self) -> bool:
        self.is_proved = self.is_proved or self.cost - self.bound < self.first.step * (1 - 1e-6)
        return self.is_proved

    def plan(self) -> TreePlan:
        bound = self.cost if self.is_proved else min(self.bound, self.cost)
        seconds = time.monotonic() - self.began
        return TreePlan(tuple(self.edges.tolist()), self.cost, bound, self.is_proved, seconds)


def _check_joined(problem: TreeProblem) -> None:
    far, _, _ = spread(problem.arrays, problem.costs, problem.terminals[:1], numpy.inf)
    parted = problem.terminals[numpy.isinf(far[problem.terminals])]
    if len(parted):
        raise RuleError(
            "TREE_PARTED", "no way joins all of these", subject=f"node {parted[0]}",
            found=f"{len(parted)} of {len(problem.terminals)} apart",
            next_step="ask for those that are joined, or add ways between the parts",
        )  # fmt: skip
