"""Addresses of routes, spare strands, weak points and the shape of each network."""

from __future__ import annotations

from math import inf

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from app.api.graph_schemas import FactsBody, FactsQuery, RouteQuery, RoutesBody, SpareBody, SpareQuery, WeakBody, WeakQuery
from app.api.patience import answer_patiently
from app.api.places import ask_language, ask_region
from app.maps.shapes import collection, feature, list_shapes
from app.reports.answers.ways import Asked, find_section_keys, find_segment_keys, list_dig_points, plain_spare, plain_ways
from app.reports.answers.weak import plain_facts, plain_weak

blueprint = APIBlueprint("ways", __name__, url_prefix="/api/v1", tag="Graph")
WISHES = ("count", "disjoint", "free", "dig_m", "avoid", "strands", "splice")


@blueprint.get("/route")
@blueprint.input(RouteQuery, location="query", arg_name="query")
@blueprint.output(RoutesBody)
def route(query):
    """The cheapest ways from a place to others, or two that fail apart; each leg with its place on the ground."""
    region, language = ask_region(query), ask_language(query)
    asked = Asked(max_m=query.get("max_m") or inf, **{name: query[name] for name in WISHES if name in query})

    def work(session: Session) -> dict:
        routes = plain_ways(session, region.id, query["start"], query["goals"], asked, language)
        draw_legs(session, region.id, [leg for one in routes for plan in one["plans"] for leg in plan["legs"]])
        draw_cuts(session, region.id, routes)
        return {"routes": routes}

    return answer_patiently(region, language, work)


@blueprint.get("/spare")
@blueprint.input(SpareQuery, location="query", arg_name="query")
@blueprint.output(SpareBody)
def spare(query):
    """The strands idle all the way between two places, and the segments that keep it from being more."""
    region = ask_region(query)

    def work(session: Session) -> dict:
        told = plain_spare(session, region.id, query["start"], query["goal"], query["splice"])
        return {**told, "shapes": draw_spare(session, region.id, told)}

    return answer_patiently(region, "", work)


@blueprint.get("/weak")
@blueprint.input(WeakQuery, location="query", arg_name="query")
@blueprint.output(WeakBody)
def weak(query):
    """What takes down most services where it fails alone; false rings, PON trees beyond their class, power roots."""
    region = ask_region(query)

    def work(session: Session) -> dict:
        told = plain_weak(session, region.id, query.get("speciality"), query.get("grid"), query["limit"])
        return draw_weak(session, region.id, told)

    return answer_patiently(region, "", work)


@blueprint.get("/graph/facts")
@blueprint.input(FactsQuery, location="query", arg_name="query")
@blueprint.output(FactsBody)
def facts(query):
    """Nodes, edges, components, bridges and cut nodes by name, and length in km."""
    region = ask_region(query)
    return answer_patiently(region, "", lambda session: plain_facts(session, region.id, query["speciality"], query["most"]))


def draw_spare(session: Session, region_id: int, told: dict) -> dict:
    """The segments passed, and those that bound the strands; their keys become text."""
    keys = find_segment_keys(session, region_id, [code for way in told["ways"] for code in way["segments"]])
    narrow = {one["segment_id"] for one in told["bottlenecks"]}
    names = {key: code for code, key in keys.items()} | {one["segment_id"]: one["segment"] for one in told["bottlenecks"]}
    shapes = list_shapes(session, region_id, [("segment", key) for key in names])
    for one in told["bottlenecks"]:
        one["segment_id"] = str(one["segment_id"])
    return collection(feature(shape, role="narrow" if key in narrow else "way", code=names[key]) for (_, key), shape in shapes.items())


def draw_weak(session: Session, region_id: int, told: dict) -> dict:
    """The answer with the place of each element, and of the sections that rings share."""
    rings = [dict(ring) for ring in told.get("rings", ())]
    keys = find_section_keys(session, region_id, [code for ring in rings for code in ring["sections"]])
    points = [(point["kind"], point["id"]) for point in told["points"]]
    shapes = list_shapes(session, region_id, [*points, *(("section", key) for key in keys.values())])
    for point in told["points"]:
        point.update(geometry=shapes.get((point["kind"], point["id"])), id=str(point["id"]))
    for ring in rings:
        ring["shapes"] = [shapes["section", keys[code]] for code in ring["sections"] if ("section", keys.get(code)) in shapes]
    return {**told, "rings": rings} if "rings" in told else told


def draw_legs(session: Session, region_id: int, legs: list[dict]) -> None:
    """Give each leg its ``geometry``: of its section, of its segments, or straight between the structures where it is to be dug."""
    keys = find_segment_keys(session, region_id, [code for leg in legs for code in leg.get("segments", ())])
    dug = list_dig_points(session, region_id, [code for leg in legs if is_dug(leg) for code in (leg["start"], leg["end"])])
    sections = [("section", leg["section_id"]) for leg in legs if leg.get("section_id") is not None]
    shapes = list_shapes(session, region_id, [*sections, *(("segment", key) for key in keys.values())])
    for leg in legs:
        if "segments" in leg:
            found = [shapes.get(("segment", keys.get(code))) for code in leg["segments"]]
            leg["geometry"] = {"type": "GeometryCollection", "geometries": [shape for shape in found if shape]}
        elif is_dug(leg):
            leg["geometry"] = {"type": "LineString", "coordinates": [dug[leg["start"]], dug[leg["end"]]]}
        else:
            leg["geometry"] = shapes.get(("section", leg["section_id"]))
        if leg.get("section_id") is not None:
            leg["section_id"] = str(leg["section_id"])


def is_dug(leg: dict) -> bool:
    """Whether a leg is new ground."""
    return leg.get("work") == "dig"


def draw_cuts(session: Session, region_id: int, routes: list[dict]) -> None:
    """Give each answer the places of the sections that prevent it."""
    keys = find_section_keys(session, region_id, [code for one in routes for code in one["cuts"]])
    shapes = list_shapes(session, region_id, [("section", key) for key in keys.values()])
    for one in routes:
        found = [(code, shapes.get(("section", keys.get(code)))) for code in one["cuts"]]
        one["cut_shapes"] = collection(feature(shape, role="cut", code=code) for code, shape in found if shape)
