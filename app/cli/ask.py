"""``flask plan ask`` and ``flask plan questions``: the saved questions in a shell."""

import json

import click
from sqlalchemy.orm import Session

from app.cli.door import owner_engine, plain_errors
from app.core.errors import RequestError
from app.core.journal import get_region_id
from app.core.settings import load_settings
from app.reports.questions.asking import ask
from app.reports.questions.registry import Question, find_question, questions
from app.reports.questions.tables import Answer, build_sheets, tell_answer, tell_notes, tell_table
from app.reports.questions.wording import say
from app.reports.tables import csv_table, text_table, write_sheets

SHOWN = 40
LANGUAGES = ("zh", "en")


@click.command("questions")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def list_command(language):
    """The saved questions and their inputs."""
    for question in questions().values():
        inputs = " ".join(
            f"--{row.name.replace('_', '-')}{'' if row.is_needed else f' [{row.first or row.kind}]'}" for row in question.inputs
        )
        click.echo(f"{question.id:4} {question.title(language)}\n     {inputs}".rstrip())


@click.command("ask", context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": True})
@click.argument("name", metavar="Q1..Q27")
@click.argument("inputs", nargs=-1, type=click.UNPROCESSED)
@click.option("--region", help="Code of the region.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="The first table as CSV.")
@click.option("--xlsx", "file", type=click.Path(dir_okay=False), help="All tables as a workbook.")
@plain_errors
def ask_command(name, inputs, region, language, as_json, as_csv, file):
    """Ask a saved question; its inputs are given as --name VALUE, as ``flask plan questions`` lists them."""
    question = find_question(name)
    with Session(owner_engine()) as session:
        region_id = get_region_id(session, region or load_settings().region_code)
        values, answer = ask(session, region_id, question, read_options(inputs), language)
    if file:
        write_sheets(file, build_sheets(tell_answer(question, values, answer, language)))
    elif as_csv:
        click.echo(csv_table(*tell_table(answer.tables[0], language)), nl=False)
    elif as_json:
        click.echo(json.dumps(tell_answer(question, values, answer, language), ensure_ascii=False))
    else:
        click.echo(answer_text(question, answer, language))


def read_options(given: tuple[str, ...]) -> dict[str, str]:
    """What stands behind the question's id: ``--near-m 200`` or ``--near-m=200``, by the input's name.

    Raises
    ------
    RequestError
        ``INPUT_UNKNOWN`` for a word that belongs to no input.
    """
    found, parts = {}, list(given)
    while parts:
        word = parts.pop(0)
        name, has_value, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not (has_value or parts):
            raise RequestError("INPUT_UNKNOWN", "an input is given as --name VALUE", found=word)
        found[name.replace("-", "_")] = value if has_value else parts.pop(0)
    return found


def answer_text(question: Question, answer: Answer, language: str) -> str:
    """The answer for a terminal: its tables, the first rows of each, and its sentences."""
    lines = [f"{question.id} {question.title(language)}"]
    for table in answer.tables:
        headers, rows = tell_table(table, language)
        lines += ["", say(table.name, language), text_table(headers, rows[:SHOWN]) if rows else "-"]
        if len(rows) > SHOWN:
            lines.append(f"... {len(rows)}")
    return "\n".join([*lines, *(["", *tell_notes(answer, language)] if answer.notes else [])])


COMMANDS = (list_command, ask_command)
