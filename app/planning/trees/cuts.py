"""The cheapest tree exactly, by an integer program whose cuts are added as they are missed (Wong 1984; Koch and Martin 1998)."""
from dataclasses import dataclass

import highspy
import numpy
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from app.engineering.highs import make_solver
from app.planning.trees.clock import now
from app.planning.trees.problem import TreeProblem

# Edges up to which the program is worth its time.
MOST_EDGES = 2500
_SCALE, _MISSED = 1_000_000, 0.999
_MOST_CUTS = 150


@dataclass(frozen=True, eq=False)
class Exact:
    """What the program told: a tree as a truth for each edge, or None where it found none in time, and a bound for all trees."""

    kept: numpy.ndarray | None
    bound: float


def solve_by_cuts(problem: TreeProblem, cost: float, deadline: float) -> Exact:
    """The cheapest tree, if it costs less than the one at hand; where none does, ``bound`` reaches that cost and the tree is None.

    Parameters
    ----------
    cost
        Of a tree at hand.
    deadline
        By `app.planning.trees.clock.now`.
    """
    program = _Program(problem, cost, deadline)
    program.relax()
    if program.is_over or program.bound > cost - problem.step * (1 - 1e-6):
        return Exact(None, program.bound)
    return program.settle()


class _Program:
    """Every edge is two arcs: 2e from tail to head, 2e + 1 back; all lead away from the first terminal."""

    def __init__(self, problem: TreeProblem, cost: float, deadline: float):
        self.problem, self.cost, self.deadline = problem, cost, deadline
        count = len(problem.tails)
        self.starts, self.ends = (numpy.empty(2 * count, dtype=numpy.int64) for _ in range(2))
        self.starts[0::2], self.starts[1::2] = problem.tails, problem.heads
        self.ends[0::2], self.ends[1::2] = problem.heads, problem.tails
        self.root, self.goals = int(problem.terminals[0]), problem.terminals[1:]
        self.bound, self.is_over = 0.0, False
        self.solver = make_solver()
        self.solver.setOptionValue("threads", 1)
        self._columns()
        self._balances()

    def _columns(self) -> None:
        width = len(self.starts)
        most = numpy.where(self.ends == self.root, 0.0, 1.0)
        self.solver.addVars(width, numpy.zeros(width), most)
        self.solver.changeColsCost(width, numpy.arange(width, dtype=numpy.int32), numpy.repeat(self.problem.costs, 2))

    def _balances(self) -> None:
        """One arc enters each terminal; no arc leaves a node that none enters from elsewhere; what enters a node leaves it."""
        for node in range(self.problem.node_count):
            into, out = numpy.flatnonzero(self.ends == node), numpy.flatnonzero(self.starts == node)
            if self.problem.is_terminal[node]:
                if node != self.root:
                    self._row(into, numpy.ones(len(into)), 1.0, 1.0)
                continue
            self._row(numpy.concatenate([out, into]), numpy.repeat([1.0, -1.0], [len(out), len(into)]), 0.0, highspy.kHighsInf)
            for arc in out:
                others = into[into != arc ^ 1]
                self._row(numpy.append(others, arc), numpy.append(numpy.ones(len(others)), -1.0), 0.0, highspy.kHighsInf)

    def _row(self, places: numpy.ndarray, factors: numpy.ndarray, low: float, high: float) -> None:
        self.solver.addRow(low, high, len(places), places.astype(numpy.int32), factors)

    def _run(self) -> numpy.ndarray | None:
        left = self.deadline - now()
        if left > 0:
            self.solver.setOptionValue("time_limit", self.solver.getRunTime() + left)
            self.solver.run()
        if left <= 0 or self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.is_over = True
            return None
        return numpy.array(self.solver.getSolution().col_value)

    def relax(self) -> None:
        """Solve the program without whole numbers until no cut is missed; raises the bound."""
        while (values := self._run()) is not None:
            self.bound = max(self.bound, self.solver.getInfo().objective_function_value)
            if self.bound > self.cost - self.problem.step * (1 - 1e-6) or not self._add_missed(values):
                return

    def settle(self) -> Exact:
        """Solve the program with whole numbers until its answer joins all terminals."""
        # An arc whose reduced cost closes the gap is in no cheaper tree.
        duals = numpy.array(self.solver.getSolution().col_dual)
        for arc in numpy.flatnonzero(duals > self.cost - self.bound):
            self.solver.changeColBounds(int(arc), 0.0, 0.0)
        width = len(self.starts)
        kinds = numpy.full(width, highspy.HighsVarType.kInteger)
        self.solver.changeColsIntegrality(width, numpy.arange(width, dtype=numpy.int32), kinds)
        self.solver.setOptionValue("mip_rel_gap", 1e-9)
        self.solver.setOptionValue("mip_abs_gap", self.problem.step * 0.5)
        while True:
            values = self._run()
            if values is None:
                # Whole numbers that can't be had at all: every cheaper tree was excluded, so there is none.
                is_none = self.solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
                return Exact(None, self.cost if is_none else self.bound)
            self.bound = max(self.bound, self.solver.getInfo().mip_dual_bound)
            if not self._add_missed(numpy.rint(values)):
                taken = numpy.rint(values).reshape(-1, 2).sum(axis=1) > 0
                return Exact(taken, float(self.problem.costs[taken].sum()))

    def _add_missed(self, values: numpy.ndarray) -> int:
        """Add cuts between the root and the terminals that the values do not reach in full; tells how many."""
        volumes = numpy.rint(numpy.clip(values, 0, 1) * _SCALE).astype(numpy.int32)
        count = self.problem.node_count
        net = sparse.csr_matrix((volumes, (self.starts, self.ends)), shape=(count, count))
        known, added = set(), 0
        for goal in self.goals.tolist():
            flow = maximum_flow(net, self.root, goal)
            if flow.flow_value >= _MISSED * _SCALE:
                continue
            room = net - flow.flow
            room.data[room.data < 0] = 0
            room.eliminate_zeros()
            # The cut next to the terminal: what can still reach it.
            near = numpy.zeros(count, dtype=bool)
            near[breadth_first_order(room.T.tocsr(), goal, return_predecessors=False)] = True
            cut = numpy.flatnonzero(near[self.ends] & ~near[self.starts])
            if cut.tobytes() not in known:
                known.add(cut.tobytes())
                self._row(cut, numpy.ones(len(cut)), 1.0, highspy.kHighsInf)
                added += 1
            if added >= _MOST_CUTS:
                break
        return added
