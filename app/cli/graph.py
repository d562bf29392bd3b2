"""``flask route``, ``flask spare``: ways through the plant, and what is idle between two places."""
import json
import sys
from math import inf

import click
from sqlalchemy.orm import Session

from app.cli.door import EXIT_FINDINGS, owner_engine, plain_errors
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.reports.answers.ways import Asked, plain_spare, plain_ways
from app.reports.tables import text_table
from app.topology.routes import APART

SHOWN = 20
_REGION = click.option("--region", help="Code of the region.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
_MOST_M = click.FloatRange(min=0, min_open=True)


def find_region(session: Session, code: str | None) -> int:
    """The key of the region that a command means."""
    return get_region_id(session, code or load_settings().region_code)


@click.command("route")
@click.argument("start")
@click.argument("goals", nargs=-1, required=True, metavar="GOAL...")
@click.option("--free", is_flag=True, help="Only sections with room for one more cable; else full ones are built out.")
@click.option("--strands", is_flag=True, help="Over idle strands instead of sections: nothing is pulled.")
@click.option("--splice", is_flag=True, help="With --strands: also over strands whose ends must first be spliced.")
@click.option("--max-m", type=_MOST_M, default=inf, help="No way longer than this, in m.")
@click.option("--dig", "dig_m", type=click.FloatRange(min=0, max=500), default=0.0, help="New sections up to so many m between structures.")
@click.option("--avoid", multiple=True, metavar="CODE", help="Keep off this structure, site, section or cable; may be given several times.")
@click.option("--alternatives", "count", type=click.IntRange(1, 20), default=1, show_default=True, help="So many ways, the cheapest first.")
@click.option("--disjoint", type=click.Choice(APART), help="Two ways that share none of these.")
@_REGION
@_JSON
@plain_errors
def route(start, goals, region, as_json, **wishes):
    """The cheapest way from START to each GOAL; exit 1 where there is none."""
    with Session(owner_engine()) as session:
        answers = plain_ways(session, find_region(session, region), start, goals, Asked(**wishes))
    click.echo(json.dumps({"routes": answers}, ensure_ascii=False) if as_json else "\n\n".join(map(_route_text, answers)))
    if any(answer["reason"] for answer in answers):
        sys.exit(EXIT_FINDINGS)


@click.command("spare")
@click.argument("start")
@click.argument("goal")
@click.option("--splice", is_flag=True, help="Count strands too whose ends must first be spliced.")
@_REGION
@_JSON
@plain_errors
def spare(start, goal, splice, region, as_json):
    """Strands idle all the way from START to GOAL, and the bottleneck; exit 1 where there are none."""
    with Session(owner_engine()) as session:
        region_id = find_region(session, region)
        told = plain_spare(session, region_id, start, goal, splice)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _spare_text(told))
    if not told["strands"]:
        sys.exit(EXIT_FINDINGS)


COMMANDS = (route, spare)


def _route_text(answer: dict) -> str:
    lines = []
    for number, plan in enumerate(answer["plans"], start=1):
        new = f", {plan['new_m']:.0f} m to be built" if plan.get("new_m") else ""
        lines.append(f"{answer['start']} > {answer['goal']}, way {number}: {plan['metres']:.0f} m, {plan['fen'] / 100:.2f} yuan{new}")
        lines.append(text_table(*_leg_rows(plan["legs"])))
    if answer["reason"]:
        lines.append(f"{answer['start']} > {answer['goal']}: {answer['reason']}: {answer['told']}")
        lines.extend(_first(answer["cuts"]))
    return "\n".join(lines)


def _leg_rows(legs: list[dict]) -> tuple[list[str], list[list]]:
    if "segments" in legs[0]:
        names = ["segments", "from", "to", "m", "idle"]
        return names, [[" ".join(leg["segments"]), leg["start"], leg["end"], round(leg["metres"], 1), leg["idle"]] for leg in legs]
    names = ["section", "start", "end", "metres", "work", "free_ducts", "free_subducts"]
    rows = [[round(leg[name], 1) if name == "metres" else leg[name] for name in names] for leg in legs]
    return ["section", "from", "to", "m", "work", "free ducts", "free subducts"], rows


def _spare_text(told: dict) -> str:
    lines = [f"{told['start']} > {told['goal']}: {told['strands']} strands idle all the way"]
    if told["ways"]:
        rows = [[*way["ends"], way["count"], round(way["metres"], 1), " ".join(way["segments"])] for way in told["ways"]]
        lines.append(text_table(["from", "to", "strands", "m", "segments"], rows))
    if told["bottlenecks"]:
        rows = [[one["segment"], one["idle"], one["passing"]] for one in told["bottlenecks"]]
        lines += ["What keeps it from being more:", text_table(["segment", "idle", "of them here"], rows)]
    if told["sections"]:
        lines += [f"All of it lies in {len(told['sections'])} sections:", *_first(told["sections"])]
    return "\n".join(lines)


def _first(codes: list[str]) -> list[str]:
    """The first codes, one a line; JSON tells them all."""
    more = [f"  and {len(codes) - SHOWN} more"] if len(codes) > SHOWN else []
    return [*(f"  {code}" for code in codes[:SHOWN]), *more]
