"""Addresses of traces: the way of light or current, what stands on what, and where an OTDR's event lies."""

from __future__ import annotations

from datetime import date

from apiflask import APIBlueprint

from app.access.gate import get_session
from app.api.graph_schemas import CodeQuery, CollectionBody, LayersBody, ShotBody, ShotQuery, TraceBody, TraceQuery
from app.api.places import ask_language, ask_region
from app.maps.shapes import collection, feature, list_stretch
from app.reports.answers.shots import find_shot, index_for, plain_shot
from app.reports.answers.traces import MOST_WAYS, find_trace, plain_layers, plain_trace
from app.topology.otdr import GroundPoint, Shot
from app.topology.trace import Question
from app.topology.trace_drawing import geojson_of

blueprint = APIBlueprint("traces", __name__, url_prefix="/api/v1", tag="Graph")


@blueprint.get("/trace")
@blueprint.input(TraceQuery, location="query", arg_name="query")
@blueprint.output(TraceBody)
def trace(query):
    """The whole way of a strand, pair or port, or of the lines of a circuit, number, service, customer or address."""
    answer = find_trace(get_session(), ask_region(query).id, query["code"], Question(query.get("pon_class")), MOST_WAYS)
    return {**plain_trace(answer, ask_language(query)), "left_out": answer.left_out}


@blueprint.get("/trace.geojson")
@blueprint.input(TraceQuery, location="query", arg_name="query")
@blueprint.output(CollectionBody)
def trace_geojson(query):
    """The same ways as lines and points; ``trace`` and ``hop`` tie each to its hop."""
    question = Question(query.get("pon_class"), with_lines=True)
    answer = find_trace(get_session(), ask_region(query).id, query["code"], question, MOST_WAYS)
    return geojson_of(answer.traces, ask_language(query))


@blueprint.get("/trace/layers")
@blueprint.input(CodeQuery, location="query", arg_name="query")
@blueprint.output(LayersBody)
def layers(query):
    """What a thing stands on, down to the ground, and who stands on it, up to the customers."""
    return plain_layers(get_session(), ask_region(query).id, query["code"], ask_language(query))


@blueprint.get("/otdr")
@blueprint.input(ShotQuery, location="query", arg_name="query")
@blueprint.output(ShotBody)
def otdr(query):
    """The stretch of ground in which an event lies that an OTDR shows on a strand, and who lies behind it."""
    index = index_for(query.get("wavelength"), query.get("index"))
    shot = Shot(query["end"], query.get("metres"), query.get("us"), index, query["pulse_ns"])
    session, region = get_session(), ask_region(query)
    answer = find_shot(session, region.id, query["strand"], shot, date.today())
    place = answer.place
    ends = [feature(_point(point), role=name) for name, point in (("near", place.near), ("far", place.far))]
    ground = [feature(shape, role="stretch") for shape in list_stretch(session, region.id, place.stretch)]
    return {**plain_shot(answer), "places": collection([*ground, *ends])}


def _point(point: GroundPoint) -> dict:
    return {"type": "Point", "coordinates": [point.lon, point.lat]}
