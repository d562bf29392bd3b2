"""Addresses of the saved questions: the list, an answer with the places of its records, and the answer as a file."""

from __future__ import annotations

import io

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
from app.maps.shapes import list_shapes
from app.reports.questions.asking import ask
from app.reports.questions.registry import find_question, questions
from app.reports.questions.tables import Answer, tell_answer, tell_sheets, tell_table
from app.reports.tables import csv_table, write_sheets

blueprint = APIBlueprint("questions", __name__, url_prefix="/api/v1", tag="Planning")
# So many things of an answer are drawn on the map, the first ones.
MOST_DRAWN = 800
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
    region, language, question = ask_region(query), ask_language(query), find_question(name)
    given, role, most = read_given(), get_person().role, query["most"]

    def work(session: Session) -> dict:
        values, found = ask(session, region.id, question, given, language, role)
        told = tell_answer(question, values, found, language)
        for table in told["tables"]:
            table.update(total=len(table["rows"]), rows=table["rows"][:most], things=table["things"][:most])
        return {"region": tell_region(region, language), **told, "shapes": draw(session, region.id, found)}

    return answer_patiently(region, language, work)


@blueprint.get("/questions/<name>.csv")
@blueprint.input(AnswerQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {CSV_TYPE: {}}}})
def answer_csv(name, query):
    """The first table of the answer as CSV."""
    region, _, found = find(name, query)
    return answer_file(csv_table(*tell_table(found.tables[0], ask_language(query))).encode(), CSV_TYPE, f"{name.upper()}-{region.code}.csv")


@blueprint.get("/questions/<name>.xlsx")
@blueprint.input(AnswerQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {XLSX_TYPE: {}}}})
def answer_xlsx(name, query):
    """The whole answer as a workbook, with what was asked."""
    region, values, found = find(name, query)
    file = io.BytesIO()
    write_sheets(file, tell_sheets(find_question(name), values, found, ask_language(query)))
    return answer_file(file.getvalue(), XLSX_TYPE, f"{name.upper()}-{region.code}.xlsx")


def find(name: str, query: dict):
    """The region, what was asked, and the answer, worked out now."""
    region, question = ask_region(query), find_question(name)
    return region, *ask(get_session(), region.id, question, read_given(), ask_language(query), get_person().role)


def read_given() -> dict[str, str]:
    """The question's inputs as the request gives them."""
    return {key: value for key, value in request.args.items() if key not in OWN}


def draw(session: Session, region_id: int, found: Answer) -> dict[str, dict]:
    """The places of the records; one statement."""
    things = [thing for table in found.tables for thing in table.things if thing]
    shapes = list_shapes(session, region_id, list(dict.fromkeys(things))[:MOST_DRAWN])
    return {f"{kind}:{key}": shape for (kind, key), shape in shapes.items()}
