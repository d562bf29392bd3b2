"""``flask occupancy``: how full the plant is, and whether the counts are true."""
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.door import EXIT_FINDINGS, actor, owner_engine, plain_errors
from app.core.database import transaction
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.network.dictionary import word_label
from app.network.models.grids import LEVELS
from app.network.queries.tallies import list_tally_differences
from app.occupancy.queries import data_date, grid_occupancy, resource_summary, sum_technologies
from app.occupancy.resources import resources
from app.reports.tables import csv_table, text_table, write_workbook
from app.services.commands.tallies import FAMILIES, settle_all_tallies

RESOURCES = {row.plural: kind for kind, row in resources().items()}
COUNTS = ("installed", "in_use", "reserved", "releasing", "idle", "unusable", "planned")
RATIOS = ("fill_ratio", "occupancy_ratio", "effective_ratio")
MEANINGS = ("unit", "ratios_mean")
HEADERS = ("installed", "in use", "reserved", "releasing", "idle", "faulty", "planned", "fill %", "occupancy %", "effective %")


@click.group("occupancy", invoke_without_command=True)
@click.option("--grid", "grid_code", help="Code of one grid; without it the whole region.")
@click.option("--level", type=click.Choice(list(LEVELS)), help="One row per grid of this level; needs --resource.")
@click.option("--resource", type=click.Choice(list(RESOURCES)), help="Only this resource.")
@click.option("--technology", is_flag=True, help="One row per technology.")
@click.option("--region", help="Code of the region.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV.")
@click.option("--xlsx", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write a workbook.")
@click.pass_context
@plain_errors
def group(context, grid_code, level, resource, technology, region, as_json, as_csv, xlsx):
    """How full the plant is, by resource or by grid."""
    if context.invoked_subcommand:
        return
    if level and not resource:
        raise click.UsageError("--level lists one resource by grid: add --resource, such as --resource ports")
    if level and (grid_code or technology):
        raise click.UsageError("--level goes with neither --grid nor --technology")
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        date = data_date(session, region_id)
        if level:
            names, rows = _by_grid(session, region_id, level, resource)
        else:
            names, rows = _by_resource(session, region_id, grid_code, resource, technology)
    _answer(names, rows, date, as_json, as_csv, xlsx)


@group.command("recount")
@click.option("--repair", is_flag=True, help="Put the counts right.")
@click.option("--region", help="Code of the region.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_errors
def recount(repair, region, as_json):
    """Count again from the rows and list what differs; exit 1 where anything does."""
    with transaction(owner_engine(), actor(), "cli") as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        differences = list_tally_differences(session, region_id, FAMILIES)
        if repair and differences:
            settle_all_tallies(session, region_id)
    if as_json:
        told = {"differences": [asdict(one) for one in differences], "repaired": repair and bool(differences)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one in differences:
            place = f"grid {one.grid_id}" if one.scope == "grid" else f"owner {one.owner_id}"
            click.echo(f"{one.scope} {one.kind} {one.technology or '-'} {place}: found {_told(one.found)}, expected {_told(one.expected)}")
        done = ", put right" if repair and differences else ""
        click.echo(f"{len(differences)} differences{done}." if differences else "Every count equals the rows.")
    if differences:
        sys.exit(EXIT_FINDINGS)


def _by_resource(session, region_id, grid_code, resource, technology):
    rows = resource_summary(session, region_id, grid_code)
    rows = [row for row in (rows if technology else sum_technologies(rows)) if resource is None or row.kind == RESOURCES[resource]]
    order = {kind: place for place, kind in enumerate(resources())}
    rows.sort(key=lambda row: (order.get(row.kind, len(order)), row.technology))
    return ("resource", *(("technology",) if technology else ()), *MEANINGS), [
        {"resource": row.kind, **({"technology": row.technology} if technology else {}), **_meaning(row.kind), **_counts(row)}
        for row in rows
    ]


def _by_grid(session, region_id, level, resource):
    rows = grid_occupancy(session, region_id, LEVELS[level], RESOURCES[resource], with_outside=True)
    meaning = _meaning(RESOURCES[resource])
    return ("grid", "name", *MEANINGS), [
        {"grid": row.code or "-", "name": row.name_zh or "outside every grid", **meaning, **_counts(row)} for row in rows
    ]


def _meaning(kind: str) -> dict:
    """The unit of the counts, and what the ratios are called where they have a name of their own."""
    found = resources().get(kind)
    return dict(zip(MEANINGS, (found.unit("en"), found.ratio_label("en")) if found else ("", ""), strict=True))


def _counts(row) -> dict:
    return {**{name: getattr(row, name) for name in COUNTS}, **{name: getattr(row, name) for name in RATIOS}}


def _answer(names, rows, date, as_json, as_csv, xlsx) -> None:
    told = date.isoformat(timespec="seconds") if date else None
    if as_json:
        click.echo(json.dumps({"data_date": told, "rows": rows}, ensure_ascii=False))
        return
    headers = [*(name.replace("_", " ") for name in names), *HEADERS]
    lines = [_cells(row, names) for row in rows]
    if xlsx:
        write_workbook(xlsx, "occupancy", [*headers, "data date"], [[*line, told] for line in lines])
        click.echo(f"{xlsx}: {len(lines)} rows.")
    elif as_csv:
        click.echo(csv_table([*headers, "data date"], [[*line, told] for line in lines]), nl=False)
    else:
        click.echo(text_table(headers, lines) if lines else "Nothing is counted here.")
        click.echo(f"\nData of {told or '-'}")


def _cells(row: dict, names) -> list:
    return [*(_label(row, name) for name in names), *(row[name] for name in COUNTS), *(_percent(row[name]) for name in RATIOS)]


def _label(row: dict, name: str) -> str:
    return word_label(name, row[name], "en") if name in ("resource", "technology") else row[name]


def _percent(ratio: float | None) -> float | None:
    return None if ratio is None else round(100 * ratio, 2)


def _told(counts) -> str:
    return "nothing" if counts is None else "/".join(map(str, counts))
