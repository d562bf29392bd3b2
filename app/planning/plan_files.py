"""An investment plan as files: ``items.csv``, ``funds.csv``; where there are any ``scenarios.csv``, ``stated.csv`` and ``progress.csv``."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import InputError
from app.engineering.finance import payback_periods, present_value_fen, return_ratio
from app.engineering.money import fen_of_wan, unit_cost_fen
from app.engineering.tables import read_table
from app.planning.portfolio import Investment

PLANS = Path(__file__).parent / "plans"
BASE = "base"
MEASURES = ("lines", "npv")


@dataclass(frozen=True)
class Item:
    """A row of ``items.csv``; several codes or funds in a cell are parted by a bar."""

    code: str
    name_zh: str
    name_en: str
    state: str
    cost_wan: float | None
    lines: int
    yearly_gain_wan: float | None
    gain_years: int | None
    is_mandatory: bool
    funds: str | None
    first_year: int | None
    last_year: int | None
    excludes: str | None
    requires: str | None

    @property
    def cost_fen(self) -> int | None:
        return None if self.cost_wan is None else fen_of_wan(self.cost_wan)

    def flows(self, factor: float = 1.0) -> list[int] | None:
        """The cost, then what it brings each year, in fen; None where that is not told."""
        if self.cost_fen is None or self.yearly_gain_wan is None or not self.gain_years:
            return None
        return [-self.cost_fen, *[round(fen_of_wan(self.yearly_gain_wan) * factor)] * self.gain_years]


@dataclass(frozen=True)
class Fund:
    """A row of ``funds.csv``: what a fund gives in a year."""

    fund: str
    year: int
    budget_wan: float
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Scenario:
    """A row of ``scenarios.csv``: by how much an item's gain is multiplied; an item not named keeps its own."""

    scenario: str
    code: str
    factor: float


@dataclass(frozen=True)
class Stated:
    """A row of ``stated.csv``: the sum that the plan's own text gives for a state."""

    name: str
    wan: float
    source: str


@dataclass(frozen=True)
class Progress:
    """A row of ``progress.csv``: what was spent on an item, and its lines built, accepted and filled so far."""

    code: str
    spent_wan: float
    built_lines: int
    accepted_lines: int
    filled_lines: int


@dataclass(frozen=True)
class InvestmentPlan:
    """A plan as its files tell it."""

    items: Sequence[Item]
    funds: Sequence[Fund]
    scenarios: Sequence[Scenario]
    stated: Sequence[Stated]
    progress: Sequence[Progress] = ()

    @property
    def budgets(self) -> dict[tuple[str, int], int]:
        """Fen by fund and year."""
        return {(fund.fund, fund.year): fen_of_wan(fund.budget_wan) for fund in self.funds}

    def differences(self) -> list[dict]:
        """For each stated sum what the items of that state sum to, and by how much they are above it; in fen."""
        told = []
        for stated in self.stated:
            total = sum(item.cost_fen or 0 for item in self.items if item.state == stated.name)
            said = fen_of_wan(stated.wan)
            row = {"state": stated.name, "stated_fen": said, "sum_fen": total, "difference_fen": total - said}
            told.append({**row, "source": stated.source})
        return told

    def works(self, measure: str, rate: float) -> list[Investment]:
        """The items as works, valued in every scenario by lines or by net present value (tenths of a 万元, 0 where below)."""
        factors: dict[str, dict[str, float]] = {BASE: {}}
        for row in self.scenarios:
            factors.setdefault(row.scenario, {})[row.code] = row.factor
        years = sorted({fund.year for fund in self.funds})
        return [
            Investment(
                item.code,
                item.cost_fen,
                {name: _worth(item, measure, rate, by_code.get(item.code, 1.0)) for name, by_code in factors.items()},
                item.is_mandatory,
                _codes(item.funds),
                frozenset(year for year in years if (item.first_year or year) <= year <= (item.last_year or year)),
                _codes(item.excludes),
                _codes(item.requires),
            )
            for item in self.items
        ]

    def measures(self, rate: float) -> list[dict]:
        """For each item cost, lines, fen a line, net present value, return and payback in years; None where not told."""
        return [_measured(item, rate) for item in self.items]


def read_plan(folder: Path) -> InvestmentPlan:
    """The plan whose files lie in a folder.

    Raises
    ------
    InputError
        ``PLAN_MISSING``, ``TABLE_INVALID``, ``WORK_UNKNOWN`` for a scenario of an item that is not there.
    """
    for name in ("items.csv", "funds.csv"):
        if not (folder / name).exists():
            raise InputError("PLAN_MISSING", "the folder holds no plan", found=str(folder), expected=name, next_step="add the file")
    more = {name: read_table(f"{name}.csv", kind, folder) if (folder / f"{name}.csv").exists() else () for name, kind in _MORE.items()}
    plan = InvestmentPlan(read_table("items.csv", Item, folder), read_table("funds.csv", Fund, folder), **more)
    known = {item.code for item in plan.items}
    for row in (*plan.scenarios, *plan.progress):
        if row.code not in known:
            raise InputError("WORK_UNKNOWN", "a scenario or a line of progress names a work that is not there", found=row.code,
                             next_step="correct it")  # fmt: skip
    return plan


_MORE: Mapping[str, type] = {"scenarios": Scenario, "stated": Stated, "progress": Progress}


def _codes(cell: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in (cell or "").split("|") if part.strip())


def _worth(item: Item, measure: str, rate: float, factor: float) -> int:
    if measure == "lines":
        return round(item.lines * factor)
    flows = item.flows(factor)
    return max(0, present_value_fen(rate, flows) // fen_of_wan("0.1")) if flows else 0


def _measured(item: Item, rate: float) -> dict:
    flows = item.flows()
    return {
        "code": item.code, "name_zh": item.name_zh, "name_en": item.name_en, "state": item.state, "is_mandatory": item.is_mandatory,
        "cost_fen": item.cost_fen, "lines": item.lines,
        "fen_per_line": unit_cost_fen(item.cost_fen, item.lines) if item.cost_fen is not None else None,
        "npv_fen": present_value_fen(rate, flows) if flows else None,
        "return_ratio": return_ratio(flows) if flows else None,
        "payback_years": payback_periods(flows) if flows else None,
        "discounted_payback_years": payback_periods(flows, rate) if flows else None,
    }  # fmt: skip
