"""Plans, milestones, and revenue for what was invested: Q13, Q14 and Q15."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.engineering.finance import Work, choose_works
from app.engineering.money import fen_of_wan
from app.engineering.tables import read_table
from app.network.models.grids import LEVELS
from app.planning.plan_files import PLANS, read_plan
from app.reports.answers.plans import MORE_WAN, tell_portfolio
from app.reports.questions.asker import Asker, Grids
from app.reports.questions.capacity import data_day
from app.reports.questions.registry import FOLDER
from app.reports.questions.tables import Answer, Table
from app.reports.questions.wording import say

WORKS = (
    "is_chosen",
    "code",
    "name",
    "work_state",
    "cost",
    "lines",
    "yuan_per_line",
    "npv",
    "irr",
    "payback_years",
    "discounted_payback_years",
)
SETS = ("set_name", "codes", "spent", "left", "worth")


@dataclass(frozen=True)
class Tariff:
    """A row of ``tariffs.csv``: what a service of a product brings in a month."""

    product: str
    fen_per_month: int
    source: str


@cache
def tariffs() -> Mapping[str, int]:
    """Fen a month by product."""
    return {row.product: row.fen_per_month for row in read_table("tariffs.csv", Tariff, FOLDER)}


def best_set(asker: Asker) -> Answer:
    """Q13: the best set of works, the runner-up, what is left, and what more money would bring."""
    asked = asker.values
    plan = read_plan(PLANS / asked["plan"])
    told = tell_portfolio(plan, asked["budget_wan"], asked["measure"], asked["rate_percent"] / 100)
    best, second, robust = told["best"], told["runner_up"], told["robust"]
    chosen = set(best["codes"]) if best else set()
    name = "name_en" if asker.language == "en" else "name_zh"
    works = [
        (item["code"] in chosen, item["code"], item[name], item["state"], item["cost_fen"], item["lines"], item["fen_per_line"],
         item["npv_fen"], item["return_ratio"], item["payback_years"], item["discounted_payback_years"])
        for item in told["items"]
    ]  # fmt: skip
    sets = [_set(asker, title, one) for title, one in (("best", best), ("runner_up", second), ("robust", robust)) if one]
    tables = [Table("works", WORKS, works, chart=("cost",)), Table("sets", SETS, sets, chart=("worth",))]
    more = [(one["fund"], one["year"], fen_of_wan(MORE_WAN), one["value"]) for one in told["ten_more"]]
    tables.append(Table("more_money", ("fund", "year", "money", "worth"), more))
    sums = [(one["state"], one["sum_fen"], one["stated_fen"], one["difference_fen"], one["source"]) for one in told["differences"]]
    tables.append(Table("stated_sums", ("work_state", "items_sum", "stated", "difference", "source"), sums))
    return Answer(tables, _notes(told))


def _set(asker: Asker, title: str, one: dict) -> tuple:
    return (
        say(f"set_{title}", asker.language),
        " ".join(one["codes"]),
        one["spent_fen"],
        sum(left["fen"] for left in one["left"]),
        one["value"],
    )


def _notes(told: dict) -> list:
    best, notes = told["best"], []
    if best is None:
        notes.append(("no_set", {}))
    elif best["short_fen"]:
        notes.append(("infeasible", {"wan": f"{best['short_fen'] / 1_000_000:.2f}"}))
    if told["also_fits"]:
        notes.append(("also_fits", {"codes": ", ".join(told["also_fits"])}))
    notes += [("no_cost", {"code": code}) for code in told["no_cost"]]
    for one in told["differences"]:
        notes.append(("difference", {name: f"{one[name + '_fen'] / 1_000_000:.2f}" for name in ("sum", "stated", "difference")}))
    return notes


def milestone(asker: Asker) -> Answer:
    """Q14: what part of the plan must be done by its day, what is done, and the works that fill the gap with the least beyond it."""
    asked = asker.values
    plan = read_plan(PLANS / asked["plan"])
    budget = sum(plan.budgets.values())
    wanted = round(budget * asked["percent"] / 100)
    done = {row.code: row for row in plan.progress}
    items = [item for item in plan.items if item.cost_fen is not None]
    spent = sum(fen_of_wan(row.spent_wan) for row in plan.progress)
    # What may wait: the works of the greatest cost that leave enough for the milestone.
    left_out = choose_works(
        [Work(item.code, item.cost_fen, item.cost_fen) for item in items if not item.is_mandatory and item.code not in done],
        max(sum(item.cost_fen for item in items) - wanted, 0),
    )  # fmt: skip
    name = "name_en" if asker.language == "en" else "name_zh"
    rows, total = [], 0
    for item in items:
        if item.code not in left_out.codes:
            total += item.cost_fen
            row = done.get(item.code)
            figures = (row.built_lines, row.accepted_lines, row.filled_lines) if row else (0, 0, 0)
            rows.append(
                (
                    item.code,
                    getattr(item, name),
                    item.state,
                    item.cost_fen,
                    total,
                    fen_of_wan(row.spent_wan) if row else 0,
                    item.lines,
                    *figures,
                )
            )
    committed = sum(item.cost_fen for item in items if item.is_mandatory)
    values = {
        "wanted": wanted,
        "budget": budget,
        "spent": spent,
        "gap": max(wanted - spent, 0),
        "committed": committed,
        "rest": max(wanted - committed, 0),
    }
    notes = [
        (
            "milestone",
            {"day": asked["by_day"], "percent": f"{asked['percent']:g}", **{key: f"{fen / 1_000_000:.2f}" for key, fen in values.items()}},
        )
    ]
    names = ("code", "name", "work_state", "cost", "cost_so_far", "spent", "lines", "built_lines", "accepted_lines", "filled_lines")
    return Answer([Table("milestone_works", names, rows, chart=("cost_so_far",))], notes)


def revenue_for_investment(asker: Asker) -> Answer:
    """Q15: what live services bring in a year, and what was invested, by area and by year."""
    grids, day, level = Grids(asker), data_day(asker), LEVELS[asker.values["level"]]
    revenue, invested = defaultdict(int), defaultdict(int)
    by_year: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in asker.rows("live_by_year"):
        if grids.holds(row.grid_id):
            fen = 12 * row.live * tariffs().get(row.product, 0)
            revenue[getattr(grids.upper(row.grid_id, level), "id", 0)] += fen
            by_year[row.year][1] += fen
    for row in asker.rows("invested"):
        if grids.holds(row.grid_id):
            invested[getattr(grids.upper(row.grid_id, level), "id", 0)] += row.fen
            by_year[row.year][0] += row.fen
    found = [(key, revenue[key], invested[key], revenue[key] / invested[key] if invested[key] else None) for key in {*revenue, *invested}]
    found.sort(key=lambda one: (-(one[3] or 0), one[0]))
    rows = [(getattr(grids.rows.get(key), "code", ""), grids.name(grids.rows.get(key)), *figures) for key, *figures in found]
    things = [("grid", key) if key else None for key, *_ in found]
    names = ("revenue_year", "invested", "revenue_per_invested")
    years = [(year, fen, came, came / fen if fen else None) for year, (fen, came) in sorted(by_year.items())]
    tables = [
        Table("revenue_by_area", ("grid_code", "grid_name", *names), rows, things, ("revenue_per_invested",)),
        Table(
            "revenue_by_year",
            ("year", "invested", "revenue_started", "revenue_per_invested"),
            years,
            chart=("invested", "revenue_started"),
        ),
    ]
    return Answer(tables, [("tariffs_of", {"day": day.isoformat()})])


QUESTIONS = {"Q13": best_set, "Q14": milestone, "Q15": revenue_for_investment}
