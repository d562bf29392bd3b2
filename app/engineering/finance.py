"""Investments: present value, return and payback of cash flows, and the best set of works within a budget. Money in fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import gcd

import highspy
import numpy

from app.core.errors import InputError, SystemFault
from app.engineering.highs import make_solver
from app.engineering.quantities import between, not_negative

# Largest sums of costs and of values, in their largest common unit, up to which the solver's tolerance cannot reach a whole unit.
MOST_UNITS = 10_000_000
# Cash flows that an investment has at most, and rates per period between which it is discounted.
MOST_PERIODS = 300
LOWEST_RATE, HIGHEST_RATE = -0.5, 100
_TOLERANCE = 1e-8
_SECONDS = 60.0
# Discount factor beyond which nearly everything is lost: no return worth a figure.
_LARGEST_FACTOR = 1e6


@dataclass(frozen=True)
class Work:
    """A work that may be built: what it costs, and what it is worth, in any unit that all works share, as whole numbers."""

    code: str
    cost_fen: int
    value: int
    is_mandatory: bool = False


@dataclass(frozen=True)
class Choice:
    """The best set of works.

    Attributes
    ----------
    codes
        In the order given; the mandatory ones alone where they exceed the budget.
    left_fen
        Of the budget; negative where the mandatory works exceed it.
    """

    codes: tuple[str, ...]
    spent_fen: int
    left_fen: int
    value: int

    @property
    def is_feasible(self) -> bool:
        """False where the mandatory works exceed the budget."""
        return self.left_fen >= 0

    @property
    def short_fen(self) -> int:
        """By how much the mandatory works exceed the budget."""
        return max(-self.left_fen, 0)


def present_value_fen(rate: float, flows_fen: Sequence[int]) -> int:
    """The net present value: sum(cf_i / (1 + r)^i), the first flow undiscounted, rounded to a fen.

    Parameters
    ----------
    rate
        Per period, 0.08 for 8 %.
    flows_fen
        One per period, money spent negative.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a rate outside -0.5..100, or not 1 to 300 flows.
    """
    return round(sum(_discounted(rate, flows_fen)))


def return_ratio(flows_fen: Sequence[int]) -> float | None:
    """The internal rate of return per period; None where there is none, or none that is certain to be the only one.

    It is the only one where the flows change sign once, or where their running sums begin negative, end positive and change sign once
    (then it is the only one above 0).

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for not 1 to 300 flows.
    """
    _checked(flows_fen)
    flows = list(flows_fen[next((place for place, flow in enumerate(flows_fen) if flow), len(flows_fen)):])  # fmt: skip
    sums = list(accumulate(flows))
    if _sign_changes(flows) != 1 and not (_sign_changes(sums) == 1 and sums[0] < 0 < sums[-1]):
        return None

    def worth(factor: float) -> float:
        total = 0.0
        for flow in reversed(flows):
            total = total * factor + flow
        return total if flows[0] < 0 else -total

    # The worth is negative for a factor of 0: widen until it is not, then halve.
    low, high = 0.0, 1.0
    while worth(high) < 0:
        low, high = high, 2 * high
        if high > _LARGEST_FACTOR:
            return None
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if worth(middle) < 0 else (low, middle)
    return 1 / high - 1


def payback_periods(flows_fen: Sequence[int], rate: float = 0.0) -> float | None:
    """The periods until the flows, discounted where a rate is given, first sum to 0, linear inside a period; None for never.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a rate outside -0.5..100, or not 1 to 300 flows.
    """
    flows = _discounted(rate, flows_fen)
    sums = list(accumulate(flows))
    if sums[0] >= 0:
        return 0.0
    for period, (before, after) in enumerate(pairwise(sums)):
        if after >= 0:
            return period - before / (after - before)
    return None


def choose_works(works: Sequence[Work], budget_fen: int) -> Choice:
    """The mandatory works and the optional ones of greatest value within the budget; among equals the set that costs least.

    Exact: a 0/1 knapsack of whole numbers, solved by HiGHS without a gap, first for the value, then for the cost at that value.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative costs or budgets; ``WORK_REPEATED``; ``BUDGET_TOO_FINE`` where the figures have more than
        ten million units.
    SystemFault
        ``SOLVER_FAILED``.
    """
    not_negative(budget_fen=budget_fen, **{f"cost_fen of {work.code}": work.cost_fen for work in works})
    codes = [work.code for work in works]
    for code in codes:
        if codes.count(code) > 1:
            raise InputError("WORK_REPEATED", "a work stands twice", subject=code, next_step="give each work once")
    chosen = [work for work in works if work.is_mandatory]
    left_fen = budget_fen - sum(work.cost_fen for work in chosen)
    optional = [work for work in works if not work.is_mandatory and work.value > 0 and work.cost_fen <= left_fen]
    if optional:
        chosen += _best([work.cost_fen for work in optional], optional, left_fen)
    kept = {work.code for work in chosen}
    spent_fen = sum(work.cost_fen for work in chosen)
    return Choice(tuple(code for code in codes if code in kept), spent_fen, budget_fen - spent_fen, sum(work.value for work in chosen))


def _best(costs_fen: list[int], works: Sequence[Work], left_fen: int) -> list[Work]:
    cost_unit, value_unit = gcd(*costs_fen) or 1, gcd(*(work.value for work in works))
    costs = numpy.array([cost // cost_unit for cost in costs_fen], dtype=float)
    values = numpy.array([work.value // value_unit for work in works], dtype=float)
    for name, units in (("costs", costs.sum()), ("values", values.sum())):
        if units > MOST_UNITS:
            raise InputError(
                "BUDGET_TOO_FINE", f"the {name} are too fine to be compared exactly", found=f"{units:.0f} units",
                expected=f"at most {MOST_UNITS}", next_step="round costs to 0.1 万元 and values to fewer digits",
            )  # fmt: skip
    budget = min(left_fen // cost_unit, int(costs.sum()))
    most = _solve(-values, [(costs, -highspy.kHighsInf, budget)])
    least = _solve(costs, [(costs, -highspy.kHighsInf, budget), (values, values @ most, highspy.kHighsInf)])
    if costs @ least > budget or values @ least != values @ most:
        raise SystemFault("SOLVER_FAILED", "the solver's set does not keep to the budget")
    return [work for work, taken in zip(works, least, strict=True) if taken]


def _solve(objective: numpy.ndarray, rows: Sequence[tuple[numpy.ndarray, float, float]]) -> numpy.ndarray:
    solver = make_solver()
    # Whole numbers: a gap below one unit proves that nothing is better.
    options = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.5, "mip_feasibility_tolerance": _TOLERANCE, "threads": 1, "time_limit": _SECONDS}
    for name, value in options.items():
        solver.setOptionValue(name, value)
    columns = numpy.arange(len(objective), dtype=numpy.int32)
    for _ in columns:
        solver.addBinary()
    solver.changeColsCost(len(columns), columns, objective)
    for factors, low, high in rows:
        solver.addRow(low, high, len(columns), columns, factors)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SystemFault(
            "SOLVER_FAILED", "no best set was found in time", found=solver.modelStatusToString(solver.getModelStatus()),
            next_step="give fewer works",
        )  # fmt: skip
    return numpy.rint(solver.getSolution().col_value)


def _discounted(rate: float, flows_fen: Sequence[int]) -> list[float]:
    _checked(flows_fen)
    between(LOWEST_RATE, HIGHEST_RATE, rate=rate)
    return [flow * (1 / (1 + rate)) ** period for period, flow in enumerate(flows_fen)]


def _checked(flows_fen: Sequence[int]) -> None:
    between(1, MOST_PERIODS, number_of_flows=len(flows_fen))


def _sign_changes(amounts: Sequence[int]) -> int:
    signs = [amount > 0 for amount in amounts if amount]
    return sum(before != after for before, after in pairwise(signs))
