"""What a cheapest tree is asked for, and what is answered."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy

from app.core.errors import InputError


class Arrays(NamedTuple):
    """A graph as the searches read it: node ``v`` has the arcs ``first[v] .. first[v + 1]``, each with its end and its edge."""

    first: numpy.ndarray
    ends: numpy.ndarray
    edges: numpy.ndarray
    tails: numpy.ndarray
    heads: numpy.ndarray
    costs: numpy.ndarray


@dataclass(frozen=True, eq=False)
class TreeProblem:
    """An undirected graph whose terminals are to be joined.

    Attributes
    ----------
    node_count
        Nodes are 0 .. node_count - 1.
    tails, heads, costs
        Of each edge; costs of 0 or more in any unit.
    terminals
        The nodes to be joined, each once.
    """

    node_count: int
    tails: numpy.ndarray
    heads: numpy.ndarray
    costs: numpy.ndarray
    terminals: numpy.ndarray

    @cached_property
    def arrays(self) -> Arrays:
        """The graph by node."""
        count = len(self.tails)
        starts = numpy.concatenate([self.tails, self.heads])
        order = numpy.argsort(starts, kind="stable")
        first = numpy.zeros(self.node_count + 1, dtype=numpy.int64)
        numpy.cumsum(numpy.bincount(starts, minlength=self.node_count), out=first[1:])
        ends = numpy.concatenate([self.heads, self.tails])[order]
        edges = numpy.concatenate([numpy.arange(count), numpy.arange(count)])[order]
        return Arrays(first, ends.astype(numpy.int64), edges.astype(numpy.int64), self.tails, self.heads, self.costs)

    @cached_property
    def is_terminal(self) -> numpy.ndarray:
        """True for each node to be joined."""
        found = numpy.zeros(self.node_count, dtype=bool)
        found[self.terminals] = True
        return found

    @cached_property
    def step(self) -> float:
        """By how much two trees of different cost differ at least: 1 for whole costs, else a rounding error of the sum."""
        is_whole = bool(numpy.all(self.costs == numpy.floor(self.costs)))
        return 1.0 if is_whole else 1e-9 * max(float(self.costs.sum()), 1e-9)


@dataclass(frozen=True)
class TreePlan:
    """A tree that joins all terminals.

    Attributes
    ----------
    edges
        Places of its edges, in order.
    cost
        Their sum.
    lower_bound
        No tree costs less.
    is_proved
        True where no tree is cheaper.
    seconds
        Time taken.
    """

    edges: tuple[int, ...]
    cost: float
    lower_bound: float
    is_proved: bool
    seconds: float

    @property
    def gap_ratio(self) -> float:
        """How much cheaper the best tree could be at most, 0 to 1."""
        return 0.0 if self.is_proved or not self.cost else max(0.0, (self.cost - self.lower_bound) / self.cost)


def make_problem(node_count: int, edges: Sequence[tuple[int, int, float]], terminals: Sequence[int]) -> TreeProblem:
    """A problem from edges (node, node, cost).

    Raises
    ------
    InputError
        ``TREE_IMPOSSIBLE`` for no terminals, nodes that are none, or costs below 0 or without end.
    """
    rows = numpy.array(edges, dtype=numpy.float64).reshape(-1, 3)
    problem = TreeProblem(
        node_count, rows[:, 0].astype(numpy.int64), rows[:, 1].astype(numpy.int64), rows[:, 2].copy(),
        numpy.unique(numpy.array(terminals, dtype=numpy.int64)),
    )  # fmt: skip
    check_problem(problem)
    return problem


def check_problem(problem: TreeProblem) -> None:
    """Refuse what can't be asked; errors as `make_problem`."""
    nodes = numpy.concatenate([problem.tails, problem.heads, problem.terminals])
    if not len(problem.terminals):
        raise InputError("TREE_IMPOSSIBLE", "there is nothing to be joined", found="no terminals", next_step="name what is to be joined")
    if len(nodes) and not 0 <= nodes.min() <= nodes.max() < problem.node_count:
        raise InputError(
            "TREE_IMPOSSIBLE", "an edge or a terminal names a node that is none", found=f"{nodes.min()} to {nodes.max()}",
            expected=f"0 to {problem.node_count - 1}", next_step="correct the graph",
        )  # fmt: skip
    wrong = numpy.flatnonzero(~(numpy.isfinite(problem.costs) & (problem.costs >= 0)))
    if len(wrong):
        raise InputError(
            "TREE_IMPOSSIBLE", "an edge has no cost of 0 or more", subject=f"edge {wrong[0]}", found=problem.costs[wrong[0]],
            next_step="correct the graph",
        )  # fmt: skip
