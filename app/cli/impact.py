"""``flask impact``: whom it hits when things fail together."""
import json
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.door import owner_engine, plain_errors
from app.cli.trace import terminal_language
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.reports.tables import text_table, write_workbook
from app.topology.area import read_area
from app.topology.impact import find_failing, find_impact
from app.topology.impact_text import (
    STATES,
    as_plain,
    battery_lines,
    customer_table,
    grid_lines,
    restoration_table,
    say,
    service_table,
)

SHOWN = 40
MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


@click.command("impact")
@click.argument("codes", nargs=-1)
@click.option("--at", "start", type=click.DateTime(MOMENTS), help="When it fails; now when left out.")
@click.option("--for", "hours", type=float, default=0.0, help="Hours that it lasts: what batteries bear no longer fails too.")
@click.option("--area", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A GeoJSON polygon, lon and lat: a dig.")
@click.option("--region", help="Code of the region.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the answer; that of the terminal when left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--xlsx", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write the services to a workbook.")
@plain_errors
def impact(codes, start, hours, area, region, lang, as_json, xlsx):
    """What falls with sections, ducts, cables, strands, structures, sites, rooms, racks, equipment, cards and ports, or in an area."""
    if not codes and not area:
        raise click.UsageError("name what fails, or give an --area")
    language, start = lang or terminal_language(), start or datetime.now()
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        failing = find_failing(session, region_id, codes)
        elements = [(hit.kind, hit.id) for hit in failing]
        found = find_impact(session, region_id, elements, hours, day=start.date(), area=_read_file(area) if area else None)
    if as_json:
        named = [{"kind": hit.kind, "code": hit.code} for hit in failing]
        told = {"failing": named, "at": start.isoformat(timespec="minutes"), "hours": hours, **as_plain(found)}
        click.echo(json.dumps(told, ensure_ascii=False))
    elif xlsx:
        headers, rows = service_table(found.services, language)
        write_workbook(xlsx, "impact", headers, rows)
        click.echo(f"{xlsx}: {len(rows)} rows.")
    else:
        named = [hit.code for hit in failing] + ([say("area", language)] if area else [])
        click.echo(_text(found, named, start, hours, language))


def _read_file(path: Path) -> str:
    """The polygon of a file."""
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        told = None
    return read_area(told)


def _text(found, named: list[str], start: datetime, hours: float, language: str) -> str:
    window = [say("window", language, start=f"{start:%Y-%m-%d %H:%M}")] + ([say("lasts", language, hours=f"{hours:g}")] if hours else [])
    lines = [", ".join([say("impact_of", language, codes=" + ".join(named)), *window])]
    if not found.services:
        return "\n".join([*lines, say("nobody", language)])
    lines += [f"{say(state, language)}: {say('counts', language, count=found.counts[state])}" for state in STATES]
    for name, (headers, rows) in (
        ("customers", customer_table(found.customers, language)),
        ("services", service_table(found.services, language)),
        ("restoration", restoration_table(found, language)),
    ):
        if rows:
            more = [f"... {len(rows) - SHOWN}"] if len(rows) > SHOWN else []
            lines += ["", say(name, language), text_table(headers, rows[:SHOWN]), *more]
    for name, told in (("grids", grid_lines(found, language)), ("batteries", battery_lines(found, language))):
        if told:
            lines += ["", say(name, language), *(f"  {line}" for line in told)]
    if found.numbers:
        lines += ["", f"{say('numbers', language)}: {len(found.numbers)}", "  " + " ".join(found.numbers[:SHOWN])]
    return "\n".join(lines)
