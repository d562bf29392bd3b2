"""Saved questions and their runs on pages: save, share, schedule, ask again, look at what was answered, compare."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from app.access.gate import get_engine, get_person, get_session
from app.access.permissions import may
from app.core.database import check_key, transaction
from app.core.errors import InputError, NetGridError, NotFoundError
from app.core.jobs import wake
from app.reports.questions.registry import find_question, questions
from app.reports.records.kinds import KINDS
from app.reports.runs import commands, queries
from app.reports.runs.compare import compare_answers
from app.reports.runs.models import PERIODS
from app.reports.runs.queries import Reader
from app.reports.runs.working import TASK
from app.web.language import page_language
from app.web.planning import SAVES, question_words, tabs
from app.web.regions import ask_region
from app.web.shell import map_shell
from app.web.views import map_settings, tell
from app.web.words import script_words
from app.web.work import say

blueprint = APIBlueprint("saved", __name__, enable_openapi=False)
LENGTH_MAX = 40_000


def ask_reader() -> tuple[Reader, object]:
    """Who looks at the page, and the region."""
    region, person = ask_region(), get_person()
    return Reader(region.id, person.login, person.role), region


@blueprint.get("/saved")
def saved_page():
    """The reader's saved questions, and those that others share."""
    return show_saved()


def show_saved(problem: str | None = None):
    reader, region = ask_reader()
    page = render_template(
        "planning/saved.html", region=tell(region), saved=queries.list_saved(get_session(), reader), questions=questions(), tabs=tabs(),
        asked="saved", problem=problem, may_save=may(reader.role, SAVES), periods=period_words(), states=state_words(),
        language=page_language(), labels=input_labels,
    )  # fmt: skip
    return page, 422 if problem else 200


def input_labels(question: str, given: dict) -> str:
    """What was given, as words."""
    language, rows = page_language(), {row.name: row for row in find_question(question).inputs}
    told = [(rows[name].label(language), rows[name].word(str(value), language)) for name, value in given.items() if name in rows]
    apart, after = ("；", "：") if language == "zh" else ("; ", ": ")
    return apart.join(f"{label}{after}{value[:60]}" for label, value in told)


def period_words() -> dict[str, str]:
    """How often a question may be asked by itself."""
    words = {"day": gettext("Every day"), "week": gettext("Every week"), "month": gettext("Every month")}
    return {name: words[name] for name in PERIODS}


def state_words() -> dict[str, str]:
    """How far a run is."""
    return {
        "waiting": gettext("Waiting"), "running": gettext("At work"), "done": gettext("Answered"), "failed": gettext("Failed"),
    }  # fmt: skip


@blueprint.post("/saved")
def save():
    """Save a question with the inputs that its page shows, and ask it at once."""
    reader, _ = ask_reader()
    try:
        given = read_given((request.form.get("inputs") or "{}")[:LENGTH_MAX])
        with transaction(get_engine(), reader.login, "web") as session:
            key = commands.save_question(
                session, reader, (request.form.get("name") or "")[:200], (request.form.get("question") or "")[:10], given,
                language=page_language(), now=datetime.now(UTC), is_shared=request.form.get("share") == "yes",
                every=request.form.get("every") or None,
            )  # fmt: skip
        start_run(reader, key)
    except NetGridError as error:
        return show_saved(say(error))
    return redirect(url_for("saved.one_page", saved_id=key))


def read_given(written: str) -> dict[str, str]:
    """The inputs, which the page's script writes as one JSON object of texts.

    Raises
    ------
    InputError
        ``INPUT_BAD``.
    """
    try:
        given = json.loads(written)
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise InputError("INPUT_BAD", "an input can't be read", "inputs", written[:60], "a JSON object of texts")
    return given


def start_run(reader: Reader, saved_id: int) -> int:
    """The key of a run that waits, after the worker has been told of it."""
    with transaction(get_engine(), reader.login, "web") as session:
        key = commands.ask_again(session, reader, saved_id, datetime.now(UTC))
    url = current_app.extensions["netgrid.settings"].web_database_url
    wake(url, TASK, f"question {reader.region_id}/{key}", region=reader.region_id, run=key)
    return key


@blueprint.get("/saved/<int:saved_id>")
def one_page(saved_id):
    """One saved question with its runs."""
    return show_one(saved_id)


def show_one(saved_id: int, problem: str | None = None):
    reader, region = ask_reader()
    row = queries.get_saved(get_session(), reader, check_key(saved_id, "SAVED_UNKNOWN"))
    runs = queries.list_runs(get_session(), reader, saved_id)
    page = render_template(
        "planning/runs.html", region=tell(region), row=row, runs=runs, question=find_question(row.question), tabs=tabs(), asked="saved",
        problem=problem, may_save=may(reader.role, SAVES), periods=period_words(), states=state_words(), language=page_language(),
        labels=input_labels, is_busy=any(run.state in ("waiting", "running") for run in runs),
    )  # fmt: skip
    return page, 422 if problem else 200


@blueprint.post("/saved/<int:saved_id>")
def act(saved_id):
    """Ask again, share or not, schedule, give another name, delete."""
    reader, _ = ask_reader()
    what, key = request.form.get("act"), check_key(saved_id, "SAVED_UNKNOWN")
    try:
        if what == "ask":
            start_run(reader, key)
        else:
            with transaction(get_engine(), reader.login, "web") as session:
                if what == "forget":
                    commands.forget_saved(session, reader, key)
                elif what in ("share", "unshare"):
                    commands.change_saved(session, reader, key, datetime.now(UTC), is_shared=what == "share")
                elif what == "schedule":
                    commands.change_saved(session, reader, key, datetime.now(UTC), every=request.form.get("every") or "never")
    except NetGridError as error:
        return show_one(saved_id, say(error))
    return redirect(url_for("saved.saved_page") if what == "forget" else url_for("saved.one_page", saved_id=saved_id))


@blueprint.get("/runs/<int:run_id>")
def run_page(run_id):
    """What a run was answered, as the question's page shows it."""
    reader, region = ask_reader()
    run = queries.get_run(get_session(), reader, check_key(run_id, "RUN_UNKNOWN"))
    question, book = find_question(run.question), current_app.extensions["netgrid.layers"]
    settings = {
        **map_settings(region, book), "words": {**script_words(), **question_words()}, "question": question.id, "records": list(KINDS),
        "csrf": generate_csrf(), "needs": [], "run": str(run.id),
    }  # fmt: skip
    return render_template(
        "planning/run.html", shell=map_shell(region, book), region=tell(region), settings=settings, run=run, question=question,
        title=f"{question.id} {question.title(page_language())}", language=page_language(), tool="question", tabs=tabs(), asked="saved",
        labels=input_labels, states=state_words(),
    )  # fmt: skip


@blueprint.get("/runs/<int:run_id>/difference")
def difference_page(run_id):
    """What differs between an earlier run and this one, row by row."""
    reader, region = ask_reader()
    earlier = request.args.get("before", "")
    if not earlier.isdigit():
        raise NotFoundError("RUN_UNKNOWN", "There is no such run.", subject=earlier[:20])
    keys = sorted((check_key(int(earlier), "RUN_UNKNOWN"), check_key(run_id, "RUN_UNKNOWN")))
    before, after = (queries.get_answered(get_session(), reader, key) for key in keys)
    tables = compare_answers(before.answer, after.answer)
    return render_template(
        "planning/difference.html", region=tell(region), before=before, after=after, tables=tables, question=find_question(after.question),
        tabs=tabs(), asked="saved", language=page_language(), labels=input_labels, most=MOST_ROWS,
        whats={"came": gettext("came"), "gone": gettext("gone"), "changed": gettext("changed")},
    )  # fmt: skip


MOST_ROWS = 500
