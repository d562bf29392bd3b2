"""Saved questions and their runs: save, share, schedule, ask again, keep, compare, and take an answer as a file."""

from __future__ import annotations

from datetime import UTC, date, datetime

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, Dict, Integer, List, Raw, String
from apiflask.validators import Length, OneOf
from flask import current_app

from app.access.gate import get_engine, get_person, get_session
from app.api.downloads import CSV_TYPE, XLSX_TYPE, answer_file
from app.api.once import run_once
from app.api.places import ask_language, ask_region
from app.api.questions import PDF_TYPE, write_book, write_csv
from app.api.schemas import LANGUAGES, RegionQuery
from app.core.database import check_key, transaction
from app.core.jobs import wake
from app.reports.pdf import build_report
from app.reports.questions.tables import tell_dates
from app.reports.runs import commands, queries
from app.reports.runs.compare import compare_answers
from app.reports.runs.models import NAME_LENGTH_MAX, PERIODS
from app.reports.runs.queries import Reader
from app.reports.runs.working import TASK

blueprint = APIBlueprint("runs", __name__, url_prefix="/api/v1", tag="Planning")


class SaveBody(Schema):
    name = String(required=True, validate=Length(1, NAME_LENGTH_MAX))
    question = String(required=True, validate=Length(1, 10), metadata={"example": "Q5"})
    inputs = Dict(keys=String(), values=String(validate=Length(0, 3000)), load_default=dict)
    language = String(load_default=None, validate=OneOf(LANGUAGES), metadata={"description": "Of the answers."})
    is_shared = Boolean(load_default=False)
    every = String(load_default=None, allow_none=True, validate=OneOf(PERIODS), metadata={"description": "Asked by itself so often."})


class ChangeBody(Schema):
    name = String(validate=Length(1, NAME_LENGTH_MAX))
    is_shared = Boolean()
    every = String(validate=OneOf((*PERIODS, "never")))


class SavedBody(Schema):
    id = String()
    name = String()
    question = String()
    inputs = Dict()
    language = String()
    owner = String()
    is_own = Boolean()
    is_shared = Boolean()
    every = String(allow_none=True)
    next_at = String(allow_none=True)
    last_run = Dict(allow_none=True)


class SavedListBody(Schema):
    saved = List(Dict())


class RunBody(Schema):
    run = Dict(metadata={"description": "Inputs, who asked and when, state, seconds, version and day of the data, digest of the product."})
    answer = Raw(allow_none=True, metadata={"description": "As `/questions/<name>` told it then."})


class RunsBody(Schema):
    runs = List(Dict())


class DifferenceBody(Schema):
    before = Dict()
    after = Dict()
    tables = List(Dict(), metadata={"description": "For each table the number of rows that are the same, and each difference."})


class DifferenceQuery(RegionQuery):
    before = Integer(required=True, metadata={"description": "Key of the earlier run."})


def ask_reader(query: dict) -> Reader:
    """Who reads, and in which region."""
    person = get_person()
    return Reader(ask_region(query).id, person.login, person.role)


def plain_value(value):
    """Moments and days as text."""
    return value.isoformat() if isinstance(value, datetime | date) else value


def tell_saved(row) -> dict:
    """A saved question as JSON."""
    names = ("name", "question", "language", "owner", "is_own", "is_shared", "every", "next_at")
    told = {name: plain_value(getattr(row, name)) for name in names}
    run = getattr(row, "run_id", None)
    last = {"id": str(run), "state": row.run_state, "asked_at": plain_value(row.run_at), "runs": row.runs} if run else None
    return {"id": str(row.id), "inputs": row.given, **told, "last_run": last}


def tell_run(row) -> dict:
    """A run as JSON, without its answer."""
    names = ("name", "question", "language", "owner", "actor", "state", "asked_at", "started_at", "ended_at", "seconds", "product_version",
             "data_version", "data_on", "problem")  # fmt: skip
    told = {name: plain_value(getattr(row, name)) for name in names}
    return {"id": str(row.id), "saved": str(row.saved_id), "inputs": row.given, **told}


@blueprint.get("/saved-questions")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(SavedListBody)
def saved_list(query):
    """The caller's saved questions, and those that others share."""
    return {"saved": [tell_saved(row) for row in queries.list_saved(get_session(), ask_reader(query))]}


@blueprint.post("/saved-questions")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(SaveBody, arg_name="body")
@blueprint.output(SavedBody, status_code=201)
def saved_add(query, body):
    """Save a question with its inputs under a name."""
    reader, language, now = ask_reader(query), body["language"] or ask_language(query), datetime.now(UTC)

    def work(session):
        key = commands.save_question(
            session, reader, body["name"], body["question"], body["inputs"], language=language, now=now,
            is_shared=body["is_shared"], every=body["every"],
        )  # fmt: skip
        return tell_saved(queries.get_saved(session, reader, key)), 201, {"Location": f"/api/v1/saved-questions/{key}"}

    return run_once(reader.region_id, work)


@blueprint.patch("/saved-questions/<int:saved_id>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.input(ChangeBody, arg_name="body")
@blueprint.output(SavedBody)
def saved_change(saved_id, query, body):
    """Give another name, share, schedule; only its owner may."""
    reader = ask_reader(query)
    with transaction(get_engine(), reader.login, "api") as session:
        commands.change_saved(session, reader, check_key(saved_id, "SAVED_UNKNOWN"), datetime.now(UTC), **body)
        return tell_saved(queries.get_saved(session, reader, saved_id))


@blueprint.delete("/saved-questions/<int:saved_id>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output({}, status_code=204)
def saved_forget(saved_id, query):
    """Delete a saved question with its runs; only its owner may."""
    reader = ask_reader(query)
    with transaction(get_engine(), reader.login, "api") as session:
        commands.forget_saved(session, reader, check_key(saved_id, "SAVED_UNKNOWN"))
    return ""


@blueprint.get("/saved-questions/<int:saved_id>/runs")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(RunsBody)
def run_list(saved_id, query):
    """The newest runs of a saved question."""
    reader = ask_reader(query)
    queries.get_saved(get_session(), reader, check_key(saved_id, "SAVED_UNKNOWN"))
    return {"runs": [tell_run(row) for row in queries.list_runs(get_session(), reader, saved_id)]}


@blueprint.post("/saved-questions/<int:saved_id>/runs")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(RunBody, status_code=202)
def run_add(saved_id, query):
    """Ask a saved question again: the run waits for a worker, its address tells when it is done. One that waits already is told."""
    reader = ask_reader(query)
    key = start_run(reader, check_key(saved_id, "SAVED_UNKNOWN"), "api")
    return {"run": tell_run(queries.get_run(get_session(), reader, key)), "answer": None}


def start_run(reader: Reader, saved_id: int, source: str) -> int:
    """The key of a run that waits, after the worker has been told of it."""
    with transaction(get_engine(), reader.login, source) as session:
        key = commands.ask_again(session, reader, saved_id, datetime.now(UTC))
    url = current_app.extensions["netgrid.settings"].web_database_url
    wake(url, TASK, f"question {reader.region_id}/{key}", region=reader.region_id, run=key)
    return key


@blueprint.get("/runs/<int:run_id>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(RunBody)
def run_one(run_id, query):
    """A run with its answer, once it is done."""
    run = queries.get_run(get_session(), ask_reader(query), check_key(run_id, "RUN_UNKNOWN"))
    return {"run": tell_run(run), "answer": run.answer}


@blueprint.get("/runs/<int:run_id>/difference")
@blueprint.input(DifferenceQuery, location="query", arg_name="query")
@blueprint.output(DifferenceBody)
def run_difference(run_id, query):
    """What differs between an earlier run and this one, row by row, with numbers."""
    reader = ask_reader(query)
    before, after = (queries.get_answered(get_session(), reader, check_key(key, "RUN_UNKNOWN")) for key in (query["before"], run_id))
    tables = [
        {"name": table.name, "title": table.title, "same": table.same, "differences": [vars(one) for one in table.differences]}
        for table in compare_answers(before.answer, after.answer)
    ]
    return {"before": tell_run(before), "after": tell_run(after), "tables": tables}


def find_file(run_id: int, query: dict):
    """A run that is done, what its answer rests on, and the beginning of a file's name."""
    run = queries.get_answered(get_session(), ask_reader(query), check_key(run_id, "RUN_UNKNOWN"))
    return run, tell_dates(run.data_version, run.data_on, run.product_version, run.language), f"{run.question}-run-{run.id}"


@blueprint.get("/runs/<int:run_id>.csv")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {CSV_TYPE: {}}}})
def run_csv(run_id, query):
    """The first table of a run's answer as CSV."""
    run, _, name = find_file(run_id, query)
    return answer_file(write_csv(run.answer), CSV_TYPE, f"{name}.csv")


@blueprint.get("/runs/<int:run_id>.xlsx")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {XLSX_TYPE: {}}}})
def run_xlsx(run_id, query):
    """A run's answer as a workbook."""
    run, dated, name = find_file(run_id, query)
    return answer_file(write_book(run.answer, dated), XLSX_TYPE, f"{name}.xlsx")


@blueprint.get("/runs/<int:run_id>.pdf")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {PDF_TYPE: {}}}})
def run_pdf(run_id, query):
    """A run's answer as a report."""
    run, dated, name = find_file(run_id, query)
    return answer_file(build_report(run.answer, dated, run.ended_at), PDF_TYPE, f"{name}.pdf")
