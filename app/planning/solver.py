"""HiGHS as this package calls it: a linear program with whole-numbered variables, a time limit, and the gap told."""
from dataclasses import dataclass

import highspy
import numpy
from scipy import sparse

from app.core.errors import RuleError, SystemFault
from app.engineering.highs import make_solver

_ENDED = {highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt, highspy.HighsModelStatus.kSolutionLimit}
# HiGHS takes values within 1e-6 of a whole number as whole; sums compare at the same precision.
_GAP = 1e-9


@dataclass(frozen=True, eq=False)
class Program:
    """Least ``costs @ x`` where ``low <= rows @ x <= high`` and ``least <= x <= most``; ``is_whole`` says which x are whole numbers."""

    costs: numpy.ndarray
    rows: sparse.csr_matrix
    low: numpy.ndarray
    high: numpy.ndarray
    least: numpy.ndarray
    most: numpy.ndarray
    is_whole: numpy.ndarray


@dataclass(frozen=True, eq=False)
class Solution:
    """Values of the variables, what they cost, and what no solution can be below.

    Attributes
    ----------
    is_proved
        True where HiGHS showed that nothing costs less, up to a billionth.
    """

    values: numpy.ndarray
    cost: float
    bound: float
    is_proved: bool


def solve(program: Program, seconds: float, *, may_fail: bool = False, step: float = 1e-6) -> Solution | None:
    """The best solution that HiGHS finds within the time.

    Parameters
    ----------
    may_fail
        True: the answer is None where no solution exists.
    step
        Two solutions that differ cost at least so much more or less: 1 where all costs are whole numbers, so that less proves as much.

    Raises
    ------
    RuleError
        ``PLAN_IMPOSSIBLE`` where no solution exists.
    SystemFault
        ``SOLVER_FAILED`` where none was found in time.
    """
    solver = make_solver()
    least = 0.999 * step if step >= 1 else step
    options = {"mip_rel_gap": _GAP, "mip_abs_gap": least, "time_limit": float(seconds), "threads": 1, "random_seed": 0}
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(program))
    solver.run()
    status, told = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        if may_fail:
            return None
        raise RuleError("PLAN_IMPOSSIBLE", "no plan keeps to all that is asked", next_step="ask for less, or allow more")
    is_best = status == highspy.HighsModelStatus.kOptimal
    if not is_best and (status not in _ENDED or told.primal_solution_status != 2):
        raise SystemFault(
            "SOLVER_FAILED", "no plan was found in time", found=solver.modelStatusToString(status),
            next_step="give more time, or ask for less",
        )  # fmt: skip
    cost = float(told.objective_function_value)
    bound = (float(told.mip_dual_bound) if program.is_whole.any() else cost) if is_best or program.is_whole.any() else -numpy.inf
    return Solution(numpy.array(solver.getSolution().col_value), cost, bound, is_best)


def _model(program: Program) -> highspy.HighsLp:
    rows = program.rows.tocsr()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.costs), rows.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = program.costs, program.least, program.most
    model.row_lower_, model.row_upper_ = program.low, program.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    if program.is_whole.any():
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in program.is_whole]
    return model
