"""The best set of investments within funds and years: exact, by HiGHS on whole numbers (domain.md C17). Money in fen."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd

import numpy
from scipy import sparse

from app.core.errors import InputError, SystemFault
from app.planning.solver import Program, solve

MOST_UNITS = 10_000_000
_SECONDS = 60.0
# What is safest over scenarios is hard to prove: after so long the best set found is taken, and its gap told.
_ROBUST_SECONDS = 15.0


@dataclass(frozen=True)
class Investment:
    """A work that may be built.

    Attributes
    ----------
    cost_fen
        None where nobody has told it: such a work can't be chosen.
    values
        What it is worth in each growth scenario, as whole numbers in a unit that all works share.
    funds, years
        From which funds it may be paid, and in which years it may be built; empty for any.
    excludes, requires
        Codes of works that can't be built beside it, and of those that must be built no later.
    """

    code: str
    cost_fen: int | None
    values: Mapping[str, int]
    is_mandatory: bool = False
    funds: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    excludes: frozenset[str] = frozenset()
    requires: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chosen:
    """A work that is built: in which year, paid from which fund."""

    code: str
    fund: str
    year: int


@dataclass(frozen=True)
class Portfolio:
    """A set of works.

    Attributes
    ----------
    chosen
        In the order given.
    left_fen
        Of each fund and year.
    value
        In the scenario asked for; of a robust set in the worst one.
    short_fen
        By how much what is mandatory exceeds all budgets together; 0 where the set can be built.
    """

    chosen: tuple[Chosen, ...]
    spent_fen: int
    left_fen: Mapping[tuple[str, int], int]
    value: int
    short_fen: int = 0

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.chosen)


Budgets = Mapping[tuple[str, int], int]


def choose(works: Sequence[Investment], budgets: Budgets, scenario: str, other_than: Sequence[str] | None = None) -> Portfolio | None:
    """The set of greatest value in a scenario; among equals the one that costs least, then the one built earliest.

    Parameters
    ----------
    budgets
        Fen by fund and year.
    other_than
        A set of codes that the answer must differ from: the runner-up is asked for so.

    Returns
    -------
    None where no set keeps to all rules although the mandatory works fit the sum of the budgets.

    Raises
    ------
    InputError
        ``WORK_REPEATED``, ``WORK_UNKNOWN``, ``VALUE_IMPOSSIBLE``, ``BUDGET_TOO_FINE``.
    SystemFault
        ``SOLVER_FAILED``.
    """
    _check(works, budgets)
    mandatory = [work for work in works if work.is_mandatory]
    short = sum(work.cost_fen for work in mandatory) - sum(budgets.values())
    if short > 0:
        chosen = tuple(Chosen(work.code, "", 0) for work in mandatory)
        return Portfolio(chosen, sum(work.cost_fen for work in mandatory), dict(budgets), _value(mandatory, scenario), short)
    model = _Model(works, budgets)
    if other_than is not None:
        model.forbid(other_than)
    values = model.spread(lambda work: work.values[scenario])
    picks = model.best(-values)
    if picks is None:
        return None
    model.hold(values, values @ picks)
    return replace(model.settle(), value=round(values @ picks))


def runner_up(works: Sequence[Investment], budgets: Budgets, scenario: str) -> Portfolio | None:
    """The best set that is not the best one; None where there is only one. Errors as `choose`."""
    best = choose(works, budgets, scenario)
    return None if best is None or best.short_fen else choose(works, budgets, scenario, best.codes)


def gain_of_more(works: Sequence[Investment], budgets: Budgets, scenario: str, more_fen: int) -> dict[tuple[str, int], int]:
    """For each fund and year the value that so much more money there would bring. Errors as `choose`."""
    best = choose(works, budgets, scenario)
    before = 0 if best is None or best.short_fen else best.value
    gains = {}
    for key in budgets:
        found = choose(works, {**budgets, key: budgets[key] + more_fen}, scenario)
        gains[key] = (0 if found is None or found.short_fen else found.value) - before
    return gains


@dataclass(frozen=True)
class Robust:
    """The set whose greatest regret over the scenarios is least.

    Attributes
    ----------
    regrets
        For each scenario how much its own best set would be worth more.
    least_regret
        No set's greatest regret is below it; the greatest of ``regrets`` where the set is proved to be the one.
    """

    portfolio: Portfolio
    best: Mapping[str, Portfolio]
    regrets: Mapping[str, int]
    least_regret: float = 0.0

    @property
    def gap(self) -> float:
        """By how much the greatest regret could be smaller at most."""
        return max(0.0, max(self.regrets.values()) - self.least_regret)


def choose_robust(works: Sequence[Investment], budgets: Budgets) -> Robust | None:
    """The set that loses least, whichever scenario comes; None where no set keeps to all rules. Errors as `choose`."""
    scenarios = list(works[0].values)
    best = {scenario: choose(works, budgets, scenario) for scenario in scenarios}
    if any(found is None or found.short_fen for found in best.values()):
        return None
    model = _Model(works, budgets, extra=1)
    regret = numpy.zeros(model.width)
    regret[-1] = 1.0
    for scenario in scenarios:
        model.require(model.spread(lambda work, name=scenario: work.values[name]) + regret, best[scenario].value, numpy.inf)
    picks = model.best(regret, _ROBUST_SECONDS)
    bound, is_proved = model.bound, model.is_proved
    model.hold(-regret, -round(picks[-1]))
    portfolio = model.settle(_ROBUST_SECONDS)
    held = [work for work in works if work.code in portfolio.codes]
    portfolio = replace(portfolio, value=min(_value(held, name) for name in scenarios))
    regrets = {name: best[name].value - _value(held, name) for name in scenarios}
    return Robust(portfolio, best, regrets, max(regrets.values()) if is_proved else bound)


def fitting(works: Sequence[Investment], portfolio: Portfolio) -> list[str]:
    """Codes of the works left out that what is left would still pay, one at a time, whatever they are worth."""
    room = max(portfolio.left_fen.values(), default=0)
    left_out = (work for work in works if work.code not in portfolio.codes and work.cost_fen is not None)
    return [work.code for work in left_out if work.cost_fen <= room and work.requires <= set(portfolio.codes)]


class _Model:
    """Variables: one for each work, fund and year that go together, then the extra ones."""

    def __init__(self, works: Sequence[Investment], budgets: Budgets, extra: int = 0):
        self.works = [work for work in works if work.cost_fen is not None]
        self.budgets = budgets
        self.picks = [
            (place, fund, year)
            for place, work in enumerate(self.works)
            for fund, year in budgets
            if (not work.funds or fund in work.funds) and (not work.years or year in work.years)
        ]
        self.width, self.extra = len(self.picks) + extra, extra
        self.unit = gcd(*(work.cost_fen for work in self.works), *budgets.values()) or 1
        self.rows: list[tuple[numpy.ndarray, float, float]] = []
        self.bound, self.is_proved = 0.0, False
        self.costs = self.spread(lambda work: work.cost_fen // self.unit)
        if self.costs.sum() > MOST_UNITS:
            raise InputError(
                "BUDGET_TOO_FINE", "the costs are too fine to be compared exactly", found=f"{self.costs.sum():.0f} units",
                expected=f"at most {MOST_UNITS}", next_step="round costs and budgets to 0.1 万元",
            )  # fmt: skip
        self._rule()

    def spread(self, figure) -> numpy.ndarray:
        """A figure of each work as coefficients of all variables."""
        return numpy.array([figure(self.works[place]) for place, _, _ in self.picks] + [0] * self.extra, dtype=float)

    def require(self, factors: numpy.ndarray, low: float, high: float) -> None:
        self.rows.append((factors, low, high))

    def hold(self, factors: numpy.ndarray, least: float) -> None:
        """Later answers are no worse than this."""
        self.require(factors, round(least) - 0.5, numpy.inf)

    def forbid(self, codes: Sequence[str]) -> None:
        inside = set(codes)
        signs = self.spread(lambda work: -1 if work.code in inside else 1)
        self.require(signs, 1 - len(inside), numpy.inf)

    def best(self, objective: numpy.ndarray, seconds: float | None = None) -> numpy.ndarray | None:
        """The variables that make it least, whole; None where there is no set. With ``seconds`` the best found within them."""
        rows = sparse.csr_matrix(numpy.array([row[0] for row in self.rows]).reshape(len(self.rows), self.width))
        low, high = (numpy.array([row[place] for row in self.rows]) for place in (1, 2))
        most = numpy.ones(self.width)
        if self.extra:
            most[-self.extra :] = MOST_UNITS
        program = Program(objective, rows, low, high, numpy.zeros(self.width), most, numpy.ones(self.width, dtype=bool))
        found = solve(program, seconds or _SECONDS, may_fail=True, step=1.0)
        if found is None:
            return None
        values = numpy.rint(found.values)
        sums = rows @ values
        self.bound, self.is_proved = found.bound, found.is_proved
        if not (found.is_proved or seconds) or (sums < low - 1e-6).any() or (sums > high + 1e-6).any():
            raise SystemFault("SOLVER_FAILED", "no best set was proved in time", next_step="give fewer works")
        return values

    def settle(self, seconds: float | None = None) -> Portfolio:
        """Among the sets held to, the one that costs least, then the one built earliest."""
        picks = self.best(self.costs, seconds)
        self.hold(-self.costs, -(self.costs @ picks))
        first = min(year for _, year in self.budgets)
        years = numpy.array([year - first for _, _, year in self.picks] + [0] * self.extra, dtype=float)
        picks = self.best(years, seconds)
        taken = [pick for pick, value in zip(self.picks, picks.tolist(), strict=False) if value > 0.5]
        left = dict(self.budgets)
        for place, fund, year in taken:
            left[fund, year] -= self.works[place].cost_fen
        spent = sum(self.works[place].cost_fen for place, _, _ in taken)
        chosen = tuple(Chosen(self.works[place].code, fund, year) for place, fund, year in taken)
        return Portfolio(chosen, spent, left, 0)

    def _rule(self) -> None:
        for key, budget in self.budgets.items():
            held = numpy.array([float((fund, year) == key) for _, fund, year in self.picks] + [0.0] * self.extra)
            self.require(held * self.costs, -numpy.inf, budget // self.unit)
        for work in self.works:
            own = self.spread(lambda other, code=work.code: other.code == code)
            self.require(own, float(work.is_mandatory), 1.0)
            for other in work.excludes:
                self.require(own + self.spread(lambda each, code=other: each.code == code), -numpy.inf, 1.0)
            for year in sorted({year for _, year in self.budgets}):
                until = numpy.array([float(when <= year) for _, _, when in self.picks] + [0.0] * self.extra)
                for other in work.requires:
                    self.require((self.spread(lambda each, code=other: each.code == code) - own) * until, 0.0, numpy.inf)


def _value(works: Sequence[Investment], scenario: str) -> int:
    return sum(work.values[scenario] for work in works)


def _check(works: Sequence[Investment], budgets: Budgets) -> None:
    codes = [work.code for work in works]
    for work in works:
        if codes.count(work.code) > 1:
            raise InputError("WORK_REPEATED", "a work stands twice", subject=work.code, next_step="give each work once")
        if unknown := sorted((work.excludes | work.requires) - set(codes)):
            raise InputError("WORK_UNKNOWN", "a work names another that is not there", work.code, unknown[0], next_step="add it")
        if work.cost_fen is None and work.is_mandatory:
            raise InputError("VALUE_IMPOSSIBLE", "a mandatory work has no cost", subject=work.code, next_step="give its cost")
    wrong = [work.code for work in works if work.cost_fen is not None and work.cost_fen < 0 or min(work.values.values(), default=0) < 0]
    wrong += [f"{fund} {year}" for (fund, year), budget in budgets.items() if budget < 0]
    if wrong or not budgets:
        raise InputError(
            "VALUE_IMPOSSIBLE", "costs, values and budgets are 0 or more, and there is a budget", subject=wrong[0] if wrong else None,
            next_step="correct the figure",
        )  # fmt: skip
