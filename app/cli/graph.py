"""``flask route``, ``flask spare``: ways through the plant, and what is idle between two places."""
import json
import sys
from dataclasses import asdict
from math import inf

import click
from sqlalchemy.orm import Session

from app.cli.door import EXIT_FINDINGS, owner_engine, plain_errors
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.network.queries.codes import full_codes
from app.reports.tables import text_table
from app.topology.places import find_avoided, find_place
from app.topology.route_graph import get_route_graph, get_section_cables
from app.topology.routes import APART, Wish, plan_route, plan_two_routes
from app.topology.spare import find_spare
from app.topology.strand_graph import get_strand_graph
from app.topology.strand_routes import StrandWish, plan_strands

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
    if wishes["count"] > 1 and wishes["disjoint"]:
        raise click.UsageError("--alternatives and --disjoint are two questions: ask one at a time")
    if wishes["splice"] and not wishes["strands"]:
        raise click.UsageError("--splice goes with --strands")
    if wishes["strands"] and (wishes["free"] or wishes["dig_m"]):
        raise click.UsageError("--free and --dig are about sections, --strands needs neither")
    with Session(owner_engine()) as session:
        region_id = find_region(session, region)
        begin = find_place(session, region_id, start)
        ask = _ask_strands if wishes["strands"] else _ask_sections
        ends = [(begin, find_place(session, region_id, goal)) for goal in goals]
        answers = [{"start": start, "goal": goal, **ask(session, region_id, pair, wishes)} for goal, pair in zip(goals, ends, strict=True)]
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
        ends = [find_place(session, region_id, code) for code in (start, goal)]
        found = find_spare(get_strand_graph(session, region_id), *ends, splice)
        names = full_codes(session, region_id, _spare_things(found))
    told = {
        "start": start, "goal": goal, "strands": found.strands,
        "ways": [{**asdict(way), "ends": [names["structure", key] for key in way.ends]} for way in found.ways],
        "bottlenecks": [asdict(one) for one in found.bottlenecks],
        "sections": [names["section", key] for key in found.sections],
    }  # fmt: skip
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _spare_text(told))
    if not found.strands:
        sys.exit(EXIT_FINDINGS)


COMMANDS = (route, spare)


def _ask_sections(session: Session, region_id: int, ends: tuple[int, int], wishes: dict) -> dict:
    avoided = find_avoided(session, region_id, wishes["avoid"])
    wish = Wish(wishes["free"], wishes["max_m"], wishes["dig_m"], avoided["structure"], avoided["section"], avoided["cable"])
    graph = get_route_graph(session, region_id)
    cables = get_section_cables(session, region_id) if wishes["disjoint"] or avoided["cable"] else None
    if wishes["disjoint"]:
        return asdict(plan_two_routes(graph, *ends, wish, wishes["disjoint"], cables))
    return asdict(plan_route(graph, *ends, wish, count=wishes["count"], cables=cables))


def _ask_strands(session: Session, region_id: int, ends: tuple[int, int], wishes: dict) -> dict:
    avoided = find_avoided(session, region_id, wishes["avoid"])
    wish = StrandWish(wishes["splice"], wishes["max_m"], avoided["structure"], avoided["section"], avoided["cable"])
    graphs = get_strand_graph(session, region_id), get_route_graph(session, region_id)
    answer = plan_strands(*graphs, ends, wish, count=wishes["count"], apart=wishes["disjoint"])
    told = asdict(answer)
    things = [("structure", key) for plan in answer.plans for leg in plan.legs for key in (leg.start, leg.end)]
    names = full_codes(session, region_id, [*things, *answer.cuts])
    for plan in told["plans"]:
        for leg in plan["legs"]:
            leg.update(start=names["structure", leg["start"]], end=names["structure", leg["end"]])
    return {**told, "cuts": [names[thing] for thing in answer.cuts]}


def _spare_things(found) -> list[tuple[str, int]]:
    return [*(("structure", key) for way in found.ways for key in way.ends), *(("section", key) for key in found.sections)]


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
