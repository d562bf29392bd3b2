"""Addresses of the saved questions: the list, an answer with the places of its records, and the answer as a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

from apiflask import APIBlueprint, Schema
from apiflask.fields import Dict, Integer, List, Raw, String
from apiflask.validators import Range
from flask import request
from marshmallow import INCLUDE
from sqlalchemy.orm import Session

from app.access.gate import get_person, get_session
from app.api.downloads import CSV_TYPE, XLSX_TYPE, answer_file
from app.api.patience import answer_patiently
from app.api.places import ask_language, ask_region, tell_region
from app.api.schemas import RegionQuery
from app.maps.shapes import draw_things
from app.reports.pdf import build_report
from app.reports.questions.asking import ask
from app.reports.questions.registry import find_question, questions
from app.reports.questions.tables import build_sheets, list_things, tell_answer, tell_dates
from app.reports.runs.working import product_version
from app.reports.tables import csv_table, write_sheets
from app.services.commands.visits import count_visits

blueprint = APIBlueprint("questions", __name__, url_prefix="/api/v1", tag="Planning")
PDF_TYPE = "application/pdf"
OWN = ("region", "lang", "most", "v")
MOST_ROWS = 500


class AnswerQuery(RegionQuery):
    """The question's own inputs stand beside these; ``/questions`` tells them."""

    class Meta:
        unknown = INCLUDE

    most = Integer(
        load_default=MOST_ROWS, validate=Range(1, MOST_ROWS),
        metadata={"description": "So many rows of each table at most; 500 where it is left out."},
    )  # fmt: skip

    def refuse_unknown(self, data, **_):
        """Inputs are read, and unknown ones refused, by the question."""
        return data


class QuestionsBody(Schema):
    questions = List(Dict())


class AnswerBody(Schema):
    region = Dict(metadata={"description": "With its version and the hour of its last change."})
    question = String()
    title = String()
    about = String()
    language = String()
    asked = List(List(Raw()), metadata={"description": "The inputs with their labels."})
    inputs = Dict(metadata={"description": "As they were read; the same again gives the same answer at this version of the region."})
    notes = List(String())
    tables = List(Dict(), metadata={"description": "Columns with their kinds, rows, and behind each row its record by kind and key."})
    shapes = Raw(metadata={"description": "GeoJSON geometries by kind:key, EPSG:4490."})


@blueprint.get("/questions")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(QuestionsBody)
def list_questions(query):
    """The saved questions with their inputs."""
    language = ask_language(query)
    return {"questions": [tell_question(question, language) for question in questions().values()]}


def tell_question(question, language: str) -> dict:
    """A question with what may be given."""
    inputs = [
        {"name": row.name, "label": row.label(language), "kind": row.kind.split(":")[0], "choices": row.offered(language),
         "is_needed": row.is_needed, "first": row.first}
        for row in question.inputs
    ]  # fmt: skip
    return {"id": question.id, "title": question.title(language), "about": question.about(language), "inputs": inputs}


@blueprint.get("/questions/<name>")
@blueprint.input(AnswerQuery, location="query", arg_name="query")
@blueprint.output(AnswerBody)
def answer(name, query):
    """The answer to a saved question."""
    most = query["most"]

    def cut(told: dict) -> dict:
        tables = [{**table, "total": len(table["rows"]), "rows": table["rows"][:most], "things": table["things"][:most]}
                  for table in told["tables"]]  # fmt: skip
        return {**{key: value for key, value in told.items() if key not in ("ground", "dated")}, "tables": tables}

    return work_out(name, query, cut)


@blueprint.get("/questions/<name>.csv")
@blueprint.input(AnswerQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {CSV_TYPE: {}}}, 202: {"description": "Not done yet: ask again."}})
def answer_csv(name, query):
    """The first table of the answer as CSV."""
    return work_out(name, query, lambda told: answer_file(write_csv(told), CSV_TYPE, name_file(told, "csv")))


@blueprint.get("/questions/<name>.xlsx")
@blueprint.input(AnswerQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {XLSX_TYPE: {}}}, 202: {"description": "Not done yet: ask again."}})
def answer_xlsx(name, query):
    """The whole answer as a workbook, with what was asked and of which data."""
    return work_out(name, query, lambda told: answer_file(write_book(told, told["dated"]), XLSX_TYPE, name_file(told, "xlsx")))


@blueprint.get("/questions/<name>.pdf")
@blueprint.input(AnswerQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {PDF_TYPE: {}}}, 202: {"description": "Not done yet: ask again."}})
def answer_pdf(name, query):
    """The answer as a report: what was asked and of which data, map, bars and tables."""
    made_at = datetime.now(UTC)
    return work_out(name, query, lambda told: answer_file(build_report(told, told["dated"], made_at), PDF_TYPE, name_file(told, "pdf")))


def work_out(name: str, query: dict, form: Callable[[dict], object]):
    """What ``form`` makes of the answer as it is told, or 202 while it is worked out."""
    region, language, question = ask_region(query), ask_language(query), find_question(name)
    given, role = read_given(), get_person().role

    def work(session: Session) -> dict:
        values, found = ask(session, region.id, question, given, language, role)
        day = region.changed_at.date() if region.changed_at else None
        return {
            "region": tell_region(region, language), **tell_answer(question, values, found, language),
            **draw_things(session, region.id, list_things(found), language, found.drawn),
            "dated": tell_dates(region.version, day, product_version(), language),
        }  # fmt: skip

    # Visits are no part of the network, so the region's version does not tell of them.
    fresh = count_visits(get_session(), region.id) if question.id == "M1" else ()
    return answer_patiently(region, language, work, form, kept_as=(question.id, *sorted(given.items()), *fresh))


def write_csv(told: dict) -> bytes:
    """The first table of an answer."""
    table = told["tables"][0]
    return csv_table([column["label"] for column in table["columns"]], table["rows"]).encode()


def write_book(told: dict, dated: list) -> bytes:
    """An answer as a workbook."""
    file = io.BytesIO()
    write_sheets(file, build_sheets(told, dated))
    return file.getvalue()


def name_file(told: dict, ending: str) -> str:
    """The file's name: question, region, and the version of the data."""
    return f"{told['question']}-{told['region']['code']}-{told['region']['version']}.{ending}"


def read_given() -> dict[str, str]:
    """The question's inputs as the request gives them."""
    return {key: value for key, value in request.args.items() if key not in OWN}
