"""``flask plan save | saved | run | runs | compare``: saved questions and their runs in a shell."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.ask import LANGUAGES, read_options
from app.cli.door import actor, owner_engine, plain_errors
from app.core.database import transaction
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.maps.shapes import draw_things
from app.reports.pdf import build_report
from app.reports.questions.tables import build_sheets, list_things, tell_dates
from app.reports.runs import commands, queries
from app.reports.runs.compare import compare_answers
from app.reports.runs.models import PERIODS
from app.reports.runs.queries import Reader
from app.reports.runs.working import answer_run
from app.reports.tables import text_table, write_sheets

# Commands act for the operator: with the rights of who may see persons.
ROLE = "resource_centre"
REGION = click.option("--region", help="Code of the region.")


def draw(session: Session, region_id: int, found, language: str) -> dict:
    """What `answer_run` takes to draw an answer."""
    return draw_things(session, region_id, list_things(found), language, found.drawn)


def reader_of(session: Session, region: str | None) -> Reader:
    """Who calls."""
    return Reader(get_region_id(session, region or load_settings().region_code), actor(), ROLE)


@click.command("save", context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": True})
@click.argument("question", metavar="Q1..Q27")
@click.argument("inputs", nargs=-1, type=click.UNPROCESSED)
@click.option("--as", "name", required=True, help="What it is called.")
@click.option("--share", is_flag=True, help="Others who may see the region see it and its runs.")
@click.option("--every", type=click.Choice(PERIODS), help="Ask it by itself so often; the site's worker does.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@REGION
@plain_errors
def save_command(question, inputs, name, share, every, language, region):
    """Save a question with its inputs; prints its number."""
    with transaction(owner_engine(), actor(), "cli") as session:
        given, reader = read_options(inputs), reader_of(session, region)
        now = datetime.now(UTC)
        click.echo(commands.save_question(session, reader, name, question, given, language=language, now=now, is_shared=share, every=every))


@click.command("saved")
@REGION
@plain_errors
def saved_command(region):
    """Saved questions: your own, and those that others share."""
    with Session(owner_engine()) as session:
        rows = queries.list_saved(session, reader_of(session, region))
    cells = [[row.id, row.name, row.question, json.dumps(row.given, ensure_ascii=False), row.owner, "yes" if row.is_shared else "",
              row.every or "", row.run_id, row.run_state or ""] for row in rows]  # fmt: skip
    headers = ["no", "name", "question", "inputs", "owner", "shared", "every", "last run", "state"]
    click.echo(text_table(headers, cells) if cells else "Nothing is saved.")


@click.command("run")
@click.argument("saved", type=int)
@REGION
@plain_errors
def run_command(saved, region):
    """Ask a saved question now, and keep the answer; prints the number of the run."""
    engine = owner_engine()
    with transaction(engine, actor(), "cli") as session:
        reader = reader_of(session, region)
        key = commands.ask_again(session, reader, saved, datetime.now(UTC))
    state = answer_run(engine, reader.region_id, key, draw)
    click.echo(f"{key} {state}")


@click.command("runs")
@click.argument("saved", type=int)
@REGION
@plain_errors
def runs_command(saved, region):
    """The runs of a saved question, the newest first."""
    with Session(owner_engine()) as session:
        reader = reader_of(session, region)
        queries.get_saved(session, reader, saved)
        rows = queries.list_runs(session, reader, saved)
    cells = [[row.id, f"{row.asked_at:%Y-%m-%d %H:%M}", row.actor, row.state, row.seconds, str(row.data_on or ""), row.data_version,
              row.product_version or ""] for row in rows]  # fmt: skip
    headers = ["run", "asked", "by", "state", "s", "data of", "version", "product"]
    click.echo(text_table(headers, cells) if cells else "It was not asked yet.")


@click.command("compare")
@click.argument("before", type=int)
@click.argument("after", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@REGION
@plain_errors
def compare_command(before, after, as_json, region):
    """What differs between two runs of a question, row by row."""
    with Session(owner_engine()) as session:
        reader = reader_of(session, region)
        found = compare_answers(*(queries.get_answered(session, reader, key).answer for key in (before, after)))
    if as_json:
        click.echo(json.dumps([{**vars(table), "differences": [vars(one) for one in table.differences]} for table in found],
                              ensure_ascii=False))  # fmt: skip
        return
    for table in found:
        click.echo(f"{table.title}: {table.same} rows the same, {len(table.differences)} differences")
        if table.differences:
            cells = [[one.what, one.row, one.column, one.before, one.after, one.by] for one in table.differences]
            click.echo(text_table(["", "row", "column", "before", "after", "by"], cells))


@click.command("report")
@click.argument("run", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@REGION
@plain_errors
def report_command(run, file, region):
    """Write a run as FILE: .pdf or .xlsx."""
    if file.suffix.lower() not in (".pdf", ".xlsx"):
        raise click.BadParameter("the file's name ends in .pdf or .xlsx")
    with Session(owner_engine()) as session:
        kept = queries.get_answered(session, reader_of(session, region), run)
    dated = tell_dates(kept.data_version, kept.data_on, kept.product_version, kept.language)
    if file.suffix.lower() == ".pdf":
        file.write_bytes(build_report(kept.answer, dated, kept.ended_at))
    else:
        write_sheets(file, build_sheets(kept.answer, dated))


COMMANDS = (save_command, saved_command, run_command, runs_command, compare_command, report_command)
