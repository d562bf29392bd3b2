"""The best set of the works of a plan, the runner-up and what stands beside them, as JSON."""

from dataclasses import asdict

from app.engineering.money import fen_of_wan
from app.planning.plan_files import BASE, InvestmentPlan
from app.planning.portfolio import Portfolio, choose, choose_robust, fitting, gain_of_more, runner_up

MORE_WAN = 10
# Part of the plan that is to be done by the end of May (domain.md Q14).
MILESTONE = 0.8


def tell_portfolio(plan: InvestmentPlan, budget_wan: float | None, measure: str, rate: float) -> dict:
    """All that the answer tells; money in fen."""
    works, budgets = plan.works(measure, rate), plan.budgets
    if budget_wan is not None:
        works = [work for work in works if not work.is_mandatory]
        budgets = {("budget", min(year for _, year in budgets)): fen_of_wan(budget_wan)}
    best = choose(works, budgets, BASE)
    is_sound = best is not None and not best.short_fen
    robust = choose_robust(works, budgets) if is_sound and len(works[0].values) > 1 else None
    more = gain_of_more(works, budgets, BASE, fen_of_wan(MORE_WAN)) if is_sound else {}
    return {
        "measure": measure, "rate": rate, "budget_fen": sum(budgets.values()), "milestone_fen": round(MILESTONE * sum(budgets.values())),
        "items": plan.measures(rate), "best": _told(best), "runner_up": _told(runner_up(works, budgets, BASE)),
        "also_fits": fitting(works, best) if is_sound else [],
        "ten_more": [{"fund": fund, "year": year, "value": value} for (fund, year), value in more.items()],
        "differences": plan.differences(), "no_cost": [item.code for item in plan.items if item.cost_fen is None],
        "robust": robust and {
            **_told(robust.portfolio), "regrets": dict(robust.regrets), "gap": robust.gap,
            "best": {scenario: list(found.codes) for scenario, found in robust.best.items()},
        },
    }  # fmt: skip


def _told(found: Portfolio | None) -> dict | None:
    if found is None:
        return None
    left = [{"fund": fund, "year": year, "fen": fen} for (fund, year), fen in found.left_fen.items()]
    return {
        "codes": list(found.codes), "chosen": [asdict(one) for one in found.chosen], "spent_fen": found.spent_fen, "left": left,
        "value": found.value, "short_fen": found.short_fen,
    }  # fmt: skip
