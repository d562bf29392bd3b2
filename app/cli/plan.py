"""``flask plan``: what to build first."""
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.cli.door import EXIT_FINDINGS, owner_engine, plain_errors
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.network.models.grids import LEVELS
from app.occupancy.resources import resources
from app.planning.exhaustion import USES, Running, list_exhaustion
from app.planning.plan_files import MEASURES, PLANS, read_plan
from app.planning.scenarios import find_factors, list_scenarios
from app.reports.answers.plans import MILESTONE, MORE_WAN, tell_portfolio
from app.reports.tables import text_table

group = AppGroup("plan", help="What runs out, what to build, what first.")
RESOURCES = {row.plural: kind for kind, row in resources().items() if kind in {use.resource for use in USES}}
_NAMED = sorted(folder.name for folder in PLANS.iterdir() if folder.is_dir())


@group.command("portfolio")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--plan", "name", type=click.Choice(_NAMED), default=_NAMED[0], show_default=True, help="Where no FOLDER is named.")
@click.option("--budget", "budget_wan", type=click.FloatRange(min=0), help="万元 for works that are not mandatory, in place of the funds.")
@click.option("--measure", type=click.Choice(MEASURES), default=MEASURES[0], show_default=True, help="What a work is worth.")
@click.option("--rate", type=click.FloatRange(0, 1), default=0.08, show_default=True, help="Rate of discount per year.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; money in fen.")
@plain_errors
def portfolio(folder, name, budget_wan, measure, rate, as_json):
    """The best set of the works in FOLDER (items.csv, funds.csv, scenarios.csv) within the funds; exit 1 where none keeps to them."""
    plan = read_plan(folder or PLANS / name)
    told = tell_portfolio(plan, budget_wan, measure, rate)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _portfolio_text(told))
    if told["best"] is None or told["best"]["short_fen"]:
        sys.exit(EXIT_FINDINGS)


@group.command("exhaustion")
@click.option("--level", type=click.Choice(list(LEVELS)), default="town", show_default=True, help="One row per grid of this level.")
@click.option("--grid", "grid_code", help="Code of a grid of this level: only this one.")
@click.option("--resource", type=click.Choice(list(RESOURCES)), help="Only this resource.")
@click.option("--threshold", "percent", type=click.FloatRange(1, 100), default=100.0, show_default=True, help="Full at so many percent.")
@click.option("--months", type=click.FloatRange(min=0), help="Only what runs out within so many months from the data's end.")
@click.option("--scenario", help="What is added to the pace of the past, by its name: flask plan scenarios.")
@click.option("--region", help="Code of the region.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_errors
def exhaustion(level, grid_code, resource, percent, months, scenario, region, as_json):
    """When each resource runs out, by the pace that would have foretold its past best; what runs out first of all in a grid has a mark."""
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        kind = RESOURCES[resource] if resource else None
        rows = list_exhaustion(
            session, region_id, LEVELS[level], threshold_ratio=percent / 100, grid_code=grid_code, resource=kind,
            factors=find_factors(session, region_id, scenario),
        )  # fmt: skip
    if months is not None:
        rows = [row for row in rows if row.forecast.months is not None and row.forecast.months <= months]
    told = [asdict(row) for row in rows]
    click.echo(json.dumps({"resources": told}, ensure_ascii=False, default=str) if as_json else _exhaustion_text(rows))


@group.command("scenarios")
@click.option("--region", help="Code of the region.")
@plain_errors
def scenario_names(region):
    """The scenarios by name: the examples of growth_factors.csv, and those entered on the page."""
    with Session(owner_engine()) as session:
        click.echo("\n".join(list_scenarios(session, get_region_id(session, region or load_settings().region_code))))


def _exhaustion_text(rows: list[Running]) -> str:
    headers = ["", "grid", "name", "resource", "technology", "usable", "used", "a month", "from", "to", "taken from", "due", "earliest",
               "latest", "error", "naive"]  # fmt: skip
    cells = [
        [
            "*" if row.is_first else "", row.grid_code, row.name_zh, row.resource, row.technology, row.installed, row.used,
            row.growth.per_month, row.growth.low, row.growth.high, row.growth.taken_from,
            _due(row, row.due_on), _due(row, row.earliest_on), _due(row, row.latest_on),
            row.tested and row.tested.error, row.tested and row.tested.naive_error,
        ]
        for row in rows
    ]  # fmt: skip
    notes = "* runs out first in its grid; error: services by which a forecast of the last 6 months was wrong; naive: one by the last month"
    return "\n".join([text_table(headers, cells), notes]) if rows else "Nothing runs out at this pace."


def _due(row: Running, day) -> str:
    return "full" if row.forecast.state == "reached" else str(day or "never")


def _portfolio_text(told: dict) -> str:
    held = set(told["best"]["codes"]) if told["best"] else set()
    rows = [
        [
            "x" if item["code"] in held else "", item["code"], item["name_zh"], item["name_en"], item["state"],
            _wan(item["cost_fen"]), item["lines"], _yuan(item["fen_per_line"]),
            _wan(item["npv_fen"]), _percent(item["return_ratio"]), item["payback_years"],
        ]
        for item in told["items"]
    ]  # fmt: skip
    headers = ["", "code", "name", "", "state", "万元", "lines", "yuan/line", "NPV 万元", "IRR %", "payback y"]
    return "\n".join([text_table(headers, rows), *_answer_lines(told)])


def _answer_lines(told: dict) -> list[str]:
    best = told["best"]
    if best is None:
        return ["No set keeps to the funds, the exclusions and the prerequisites."]
    if best["short_fen"]:
        return [f"Infeasible by {_wan(best['short_fen']):.2f} 万元: the mandatory works cost {_wan(best['spent_fen']):.2f}."]
    lines = [_set_line("Best set", told["measure"], best)]
    if told["also_fits"]:
        lines.append(f"  what is left also pays for one of: {', '.join(told['also_fits'])}")
    if told["runner_up"]:
        lines.append(_set_line("Runner-up", told["measure"], told["runner_up"]))
    for one in told["ten_more"]:
        lines.append(f"{MORE_WAN} 万元 more in {one['fund']} {one['year']} would bring {one['value']} {told['measure']}")
    lines.append(f"{100 * MILESTONE:.0f} % of {_wan(told['budget_fen']):.2f} 万元 is {_wan(told['milestone_fen']):.2f}")
    if told["robust"]:
        regrets = ", ".join(f"{name} {value}" for name, value in told["robust"]["regrets"].items())
        lines.append(_set_line("Safest over the scenarios", told["measure"], told["robust"]) + f"; lost at most: {regrets}")
    for one in told["differences"]:
        lines.append(
            f"{one['state']}: the items sum to {_wan(one['sum_fen']):.2f} 万元, the plan says {_wan(one['stated_fen']):.2f}: "
            f"difference {_wan(one['difference_fen']):+.2f} ({one['source']})"
        )
    return lines + [f"No cost is given for {code}: it is not chosen." for code in told["no_cost"]]


def _set_line(title: str, measure: str, found: dict) -> str:
    left = ", ".join(f"{_wan(one['fen']):.2f} in {one['fund']} {one['year']}" for one in found["left"])
    codes = ", ".join(found["codes"]) or "nothing"
    return f"{title}: {codes}: {_wan(found['spent_fen']):.2f} 万元, {found['value']} {measure}; left {left}"


def _wan(fen: int | None) -> float | None:
    return None if fen is None else fen / 1_000_000


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100


def _percent(ratio: float | None) -> float | None:
    return None if ratio is None else 100 * ratio
