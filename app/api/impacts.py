"""Addresses of impact: what falls when things fail together, as JSON and as a workbook. They only read, though they take a body."""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime

from apiflask import APIBlueprint
from flask_babel import to_user_timezone

from app.access.gate import get_person, get_session
from app.api.downloads import XLSX_TYPE, answer_file
from app.api.graph_schemas import ImpactBody, ImpactQuery, ImpactQuestion
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
    region, answer = ask({"area": None, **query})
    return {**plain_impact(answer, ask_language(query), query["most"]), "places": draw(region, answer)}


@blueprint.post("/impact")
@blueprint.input(ImpactQuestion, arg_name="question")
@blueprint.output(ImpactBody)
def impact(question):
    """Services that are down, fail when batteries end or lose protection; customers, grids and numbers; what to mend first."""
    region, answer = ask(question)
    told = plain_impact(answer, ask_language(question), question["most"])
    return {**told, "places": draw(region, answer)}


@blueprint.post("/impact.xlsx")
@blueprint.input(ImpactQuestion, arg_name="question")
@blueprint.doc(responses={200: {"content": {XLSX_TYPE: {}}}})
def impact_xlsx(question):
    """The same as a workbook, every row of it."""
    region, answer = ask(question)
    file = io.BytesIO()
    write_sheets(file, impact_sheets(answer, ask_language(question)))
    return answer_file(file.getvalue(), XLSX_TYPE, f"impact-{region.code}-{answer.outage.start:%Y%m%d-%H%M}.xlsx")


def ask(question: dict) -> tuple[RegionView, ImpactAnswer]:
    """The region, and the answer for the person who asks."""
    region = ask_region(question)
    start = question["at"] or to_user_timezone(datetime.now().astimezone()).replace(tzinfo=None)
    outage = Outage(question["codes"], start.replace(tzinfo=None), question["hours"], question["area"])
    return region, find_answer(get_session(), region.id, outage, get_person().role)


def draw(region: RegionView, answer: ImpactAnswer) -> dict:
    """What failed, what is to be mended, and where the services are that are hit, each building once."""
    found = answer.found
    failing = [(hit.kind, hit.id) for hit in answer.failing]
    mend = [(one.kind, one.id) for one in found.restoration[:MOST_DRAWN]]
    services = [("service", one.id) for one in found.services[:MOST_DRAWN]]
    shapes = list_shapes(get_session(), region.id, [*failing, *mend, *services])
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
