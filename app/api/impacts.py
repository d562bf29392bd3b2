"""Addresses of impact: what falls when things fail together, as JSON and as a workbook. They only read, though they take a body."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from apiflask import APIBlueprint
from flask import Response
from flask_babel import to_user_timezone
from sqlalchemy.orm import Session

from app.access.gate import get_person
from app.api.downloads import XLSX_TYPE, answer_file
from app.api.graph_schemas import ImpactBody, ImpactQuery, ImpactQuestion
from app.api.patience import answer_patiently
from app.api.places import ask_language, ask_region
from app.maps.queries import RegionView
from app.maps.shapes import collection, feature, list_shapes
from app.reports.answers.impacts import ImpactAnswer, Outage, find_answer, impact_sheets, plain_impact
from app.reports.tables import write_sheets

# So many things to mend and services are drawn; a map of more tells less.
MOST_DRAWN = 1500

blueprint = APIBlueprint("impacts", __name__, url_prefix="/api/v1", tag="Graph")


@blueprint.get("/impact")
@blueprint.input(ImpactQuery, location="query", arg_name="query")
@blueprint.output(ImpactBody)
def impact_of(query):
    """As the next, of what codes name; for programs that may only read."""
    return answer({"area": None, **query}, tell)


@blueprint.post("/impact")
@blueprint.input(ImpactQuestion, arg_name="question")
@blueprint.output(ImpactBody)
def impact(question):
    """Services that are down, fail when batteries end or lose protection; customers, grids and numbers; what to mend first."""
    return answer(question, tell)


@blueprint.post("/impact.xlsx")
@blueprint.input(ImpactQuestion, arg_name="question")
@blueprint.doc(responses={200: {"content": {XLSX_TYPE: {}}}})
def impact_xlsx(question):
    """The same as a workbook, every row of it."""
    made = answer(question, write)
    return made if isinstance(made, Response) else answer_file(made, XLSX_TYPE, f"impact-{ask_region(question).code}.xlsx")


def answer(question: dict, form: Callable[[Session, RegionView, ImpactAnswer, dict], object]):
    """The answer in one form for the person who asks, or that it is not done yet."""
    region, language, role = ask_region(question), ask_language(question), get_person().role
    start = question["at"] or to_user_timezone(datetime.now().astimezone())
    outage = Outage(question["codes"], start.replace(tzinfo=None), question["hours"], question["area"])

    def work(session: Session) -> object:
        return form(session, region, find_answer(session, region.id, outage, role), {**question, "lang": language})

    return answer_patiently(region, language, work)


def tell(session: Session, region: RegionView, found: ImpactAnswer, question: dict) -> dict:
    """The answer as JSON, with the places of what is hit."""
    return {**plain_impact(found, question["lang"], question["most"]), "places": draw(session, region, found)}


def write(_session: Session, _region: RegionView, found: ImpactAnswer, question: dict) -> bytes:
    """The answer as a workbook."""
    file = io.BytesIO()
    write_sheets(file, impact_sheets(found, question["lang"]))
    return file.getvalue()


def draw(session: Session, region: RegionView, answer: ImpactAnswer) -> dict:
    """What failed, what is to be mended, and where the services are that are hit, each building once."""
    found = answer.found
    failing = [(hit.kind, hit.id) for hit in answer.failing]
    mend = [(one.kind, one.id) for one in found.restoration[:MOST_DRAWN]]
    services = [("service", one.id) for one in found.services[:MOST_DRAWN]]
    shapes = list_shapes(session, region.id, [*failing, *mend, *services])
    names = {(one.kind, one.id): one.code for one in (*answer.failing, *found.restoration)}
    features = [
        feature(shapes[thing], role=role, kind=thing[0], id=str(thing[1]), code=names[thing])
        for role, things in (("failed", failing), ("mend", mend))
        for thing in things
        if thing in shapes
    ]
    at: Counter = Counter()
    for service in found.services[:MOST_DRAWN]:
        shape = shapes.get(("service", service.id))
        if shape:
            at[(service.state, *shape["coordinates"])] += 1
    homes = [feature({"type": "Point", "coordinates": list(spot)}, role=state, count=count) for (state, *spot), count in at.items()]
    return collection([*homes, *features])
