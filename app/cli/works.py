"""``flask cutover`` and ``flask projects``: many lines at once, and what building projects claim."""
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.door import actor, owner_engine, plain_errors
from app.cli.orders import LANG, REGION, one_of_kind, region_of
from app.core.database import transaction
from app.operations import cutovers, projects
from app.operations.orders import get_order
from app.reports.cutovers import cutover_sheet
from app.reports.tables import text_table, write_workbook


@click.group("cutover")
def cutover_group():
    """From the ports of one piece of equipment to those of another; steps go on with: flask orders next."""


@cutover_group.command("open")
@click.argument("source")
@click.argument("target")
@REGION
@plain_errors
def open_command(source, target, region):
    """Open a cutover from SOURCE to TARGET; every conflict of the sheet is told, and then nothing is opened."""
    with transaction(owner_engine(), actor(), "cli") as session:
        region_id = region_of(session, region)
        keys = [one_of_kind(session, region_id, code, "equipment")[1] for code in (source, target)]
        work = cutovers.open_cutover(session, region_id, *keys, actor(), datetime.now(UTC))
        count = len(cutovers.list_moves(session, region_id, work.id))
    click.echo(f"{work.code}: {count} ports, {work.row['step']}")


@cutover_group.command("sheet")
@click.argument("code")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this workbook.")
@LANG
@REGION
@plain_errors
def sheet_command(code, xlsx, lang, region):
    """The sheet: from where to where, for whom, and what is done."""
    with Session(owner_engine()) as session:
        region_id = region_of(session, region)
        moves = cutovers.list_moves(session, region_id, get_order(session, region_id, code, actor(), datetime.now(UTC)).id)
    headers, rows = cutover_sheet(moves, lang)
    if xlsx:
        write_workbook(xlsx, code, headers, rows)
        click.echo(f"{len(rows)} ports in {xlsx}")
    else:
        click.echo(text_table(headers, rows))


@cutover_group.command("run")
@click.argument("code")
@click.option("--count", type=click.IntRange(1, cutovers.MOST_MOVES), default=cutovers.MOST_MOVES, help="So many moves at most.")
@REGION
@plain_errors
def run_command(code, count, region):
    """Make the next moves, all of them or none."""
    with transaction(owner_engine(), actor(), "cli") as session:
        done = cutovers.run_moves(session, region_of(session, region), code, actor(), datetime.now(UTC), most=count)
    click.echo(f"{code}: {done} moved")


@cutover_group.command("rollback")
@click.argument("code")
@REGION
@plain_errors
def rollback_command(code, region):
    """Undo every move that was made."""
    with transaction(owner_engine(), actor(), "cli") as session:
        done = cutovers.roll_back(session, region_of(session, region), code, actor(), datetime.now(UTC))
    click.echo(f"{code}: {done} moved back")


@click.group("projects")
def projects_group():
    """Building projects and what they claim of live plant."""


@projects_group.command("open")
@click.argument("code")
@click.option("--zh", required=True, help="Chinese name.")
@REGION
@plain_errors
def open_project_command(code, zh, region):
    """Open a project; surveys put planned plant into it."""
    with transaction(owner_engine(), actor(), "cli") as session:
        projects.open_project(session, region_of(session, region), code, zh)
    click.echo(f"{code}: open")


@projects_group.command("list")
@REGION
@plain_errors
def list_projects_command(region):
    """Projects with what they claim and what is planned or built for them."""
    with Session(owner_engine()) as session:
        rows = projects.list_projects(session, region_of(session, region))
    names = ("code", "name_zh", "state", "claims", "planned")
    click.echo(text_table(names, [[getattr(row, name) for name in names] for row in rows]))


@projects_group.command("claim")
@click.argument("code")
@click.argument("things", nargs=-1, required=True)
@REGION
@plain_errors
def claim_command(code, things, region):
    """Claim ducts, strands (by full code) and rack units (RACK@front:12); a clash with another project is told at once."""
    with transaction(owner_engine(), actor(), "cli") as session:
        region_id = region_of(session, region)
        count = projects.claim(session, region_id, code, projects.read_claims(session, region_id, things))
    click.echo(f"{code}: {count} claimed")


def _simple(name: str, help_text: str, run):
    @plain_errors
    def command(code, region):
        with transaction(owner_engine(), actor(), "cli") as session:
            state = run(session, region_of(session, region), code)
        click.echo(f"{code}: {state}")

    command.__doc__ = help_text
    projects_group.command(name)(click.argument("code")(REGION(command)))


_simple("accept", "What was planned is built; called again, it is in service.", projects.accept)
_simple("cancel", "Free all that the project claims, and give up what it planned.", projects.cancel_project)

COMMANDS = (cutover_group, projects_group)
