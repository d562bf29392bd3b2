"""The map's JSON: search, details of things, occupancy by grid."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, make_response, request
from flask_babel import get_locale

from app.access.gate import ask_region_code, get_area, get_person, get_session
from app.access.permissions import SEE_PERSONAL, may
from app.api.pictures import JPEG, PictureQuery, answer_picture, ask_photo
from app.api.present import pick_name, present, present_brief, ratio
from app.api.schemas import (
    BriefsBody,
    BriefsQuery,
    OccupancyBody,
    OccupancyQuery,
    RegionQuery,
    SearchBody,
    SearchQuery,
    ThingBody,
    UsersBody,
)
from app.core.database import KEY_MAX
from app.core.errors import NotFoundError
from app.maps.details import ON_MAP, get_thing, list_briefs
from app.maps.layers import Layer, LayerBook
from app.maps.queries import RegionView, get_region, list_grid_places, list_technologies, search_codes, search_customers
from app.network.dictionary import word_label
from app.network.models.grids import LEVELS
from app.occupancy.queries import grid_occupancy
from app.occupancy.resources import resources
from app.reports.occupancy import grid_name
from app.reports.records.kinds import KINDS
from app.reports.records.usage import Usage, find_usage
from app.survey.queries import get_picture

BRIEFS_MAX = 30

blueprint = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Map")


def ask_region(query: dict) -> RegionView:
    """The region that the request names, or the site's own."""
    return get_region(get_session(), query.get("region") or ask_region_code(), get_area())


def ask_language(query: dict) -> str:
    """The language that the request names, or the page's."""
    return query.get("lang") or ("en" if str(get_locale()).startswith("en") else "zh")


@blueprint.get("/search")
@blueprint.input(SearchQuery, location="query", arg_name="query")
@blueprint.output(SearchBody)
def search(query):
    """Things by code, name or telephone number, kind by kind; customers by name too, for people who may see names."""
    region, language = ask_region(query), ask_language(query)
    hits = search_codes(get_session(), region.id, query["q"], language, grids=region.grids)
    if may(get_person().role, SEE_PERSONAL):
        known = {(hit.kind, hit.id) for hit in hits}
        customers = search_customers(get_session(), region.id, query["q"], grids=region.grids)
        hits += [hit for hit in customers if (hit.kind, hit.id) not in known]
    first = {}
    for place, hit in enumerate(hits):
        first.setdefault(hit.kind, place)
    rows = [
        {
            "kind": hit.kind, "kind_label": word_label("kind", hit.kind, language), "id": hit.id, "code": hit.code, "name": hit.name,
            "on_map": hit.kind in ON_MAP,
        }
        for hit in sorted(hits, key=lambda hit: first[hit.kind])
    ]  # fmt: skip
    return {"region": region.code, "hits": rows}


@blueprint.get("/things/<kind>/<int:thing_id>")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(ThingBody)
def thing(kind, thing_id, query):
    """What a thing is, its states and counts, and what it holds."""
    if thing_id > KEY_MAX:
        raise NotFoundError("THING_UNKNOWN", "There is no such thing.", subject=f"{kind} {thing_id}")
    region = ask_region(query)
    body = present(get_thing(get_session(), region.id, kind, thing_id, region.grids), ask_language(query))
    answer = make_response({**body, "record": f"/things/{kind}/{thing_id}"})
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.get("/things/<kind>/<int:thing_id>/users")
@blueprint.input(RegionQuery, location="query", arg_name="query")
@blueprint.output(UsersBody)
def users(kind, thing_id, query):
    """How many circuits, services and customers a thing carries, customers by segment."""
    if thing_id > KEY_MAX or kind not in KINDS:
        raise NotFoundError("THING_UNKNOWN", "There is no such thing.", subject=f"{kind} {thing_id}")
    region, language = ask_region(query), ask_language(query)
    found = find_usage(get_session(), region.id, kind, thing_id, (0, 0, 0))
    answer = make_response({"users": tell_users(found, language)})
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.get("/things/<kind>/<int:thing_id>/photos/<int:batch>/<int:number>")
@blueprint.input(PictureQuery, location="query", arg_name="query")
@blueprint.doc(responses={200: {"content": {JPEG: {}}}})
def photo(kind, thing_id, batch, number, query):
    """A photo that shows a thing, upright and without what its camera wrote beside it."""
    region, wanted = ask_region(query), ask_photo(batch, number)
    return answer_picture(*get_picture(get_session(), region.id, wanted, query["size"] == "small", (kind, thing_id)))


def tell_users(users: Usage | None, language: str) -> dict | None:
    """How many circuits, services and customers a thing carries, customers by segment; None where it carries none."""
    if users is None or not users.circuit_count + users.service_count:
        return None
    segments = [{"value": value, "text": word_label("segment", value, language), "count": count} for value, count in users.by_segment]
    return {"circuits": users.circuit_count, "services": users.service_count, "customers": users.customer_count, "segments": segments}


@blueprint.get("/things")
@blueprint.input(BriefsQuery, location="query", arg_name="query")
@blueprint.output(BriefsBody)
def things(query):
    """What tells several things apart, in the order asked; those that are gone are left out."""
    region, language = ask_region(query), ask_language(query)
    book = current_app.extensions["netgrid.layers"]
    wanted = [(find_layer(book, name), int(key)) for name, key in (part.split(":") for part in query["of"].split(","))][:BRIEFS_MAX]
    keys: dict[str, list[int]] = {}
    for layer, key in wanted:
        keys.setdefault(layer.spec["thing"], []).append(key)
    found = list_briefs(get_session(), region.id, keys, region.grids)
    told = [(layer, layer.spec["thing"], found.get((layer.spec["thing"], key))) for layer, key in wanted]
    return {"region": region.code, "things": [present_brief(kind, row, layer.spec["popup"], language) for layer, kind, row in told if row]}


def find_layer(book: LayerBook, name: str) -> Layer:
    """The layer of that name, where it shows things.

    Raises
    ------
    NotFoundError
        ``LAYER_UNKNOWN``.
    """
    layer = book.layers.get(name)
    if layer is None or not layer.spec.get("thing"):
        raise NotFoundError("LAYER_UNKNOWN", "There is no such layer.", subject=name)
    return layer


@blueprint.get("/occupancy")
@blueprint.input(OccupancyQuery, location="query", arg_name="query")
@blueprint.output(OccupancyBody)
def occupancy(query):
    """Counts and ratios of a resource by grid, with the hour of the data."""
    region, language = ask_region(query), ask_language(query)
    etag = "-".join([str(region.id), get_area().digest, str(region.version), language])
    if request.if_none_match.contains(etag):
        return answer_unchanged(etag)
    answer = make_response(build_occupancy(region, query, language))
    answer.set_etag(etag)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def answer_unchanged(etag: str):
    """304: the browser's copy is still right."""
    answer = make_response("", 304)
    answer.set_etag(etag)
    return answer


def build_occupancy(region: RegionView, query: dict, language: str) -> dict:
    """The body of the answer."""
    session, level = get_session(), LEVELS[query["level"]]
    technology = query["technology"] or None
    rows = grid_occupancy(session, region.id, level, query["resource"], technology, with_outside=True, grids=region.grids)
    places = list_grid_places(session, region.id, level)
    grids = [{**tell_grid(row, language), **places.get(row.grid_id, {})} for row in rows]
    kinds = list_technologies(session, region.id, query["resource"], region.grids)
    return {
        "region": tell_region(region, language),
        "level": query["level"],
        "resource": query["resource"],
        "unit": resources()[query["resource"]].unit(language),
        "ratio_label": resources()[query["resource"]].ratio_label(language),
        "technology": query["technology"],
        "technologies": [{"value": kind, "text": word_label("technology", kind, language)} for kind in kinds if kind],
        "grids": grids,
        "total": sum_grids(grids),
    }


def tell_region(region: RegionView, language: str) -> dict:
    """The region with the hour of its last change."""
    return {
        "id": str(region.id),
        "code": region.code,
        "name": pick_name({"name_zh": region.name_zh, "name_en": region.name_en}, "name", language),
        "version": region.version,
        "changed_at": region.changed_at.isoformat() if region.changed_at else None,
    }


def tell_grid(row, language: str) -> dict:
    """One grid with its counts and ratios."""
    return {
        "id": str(row.grid_id),
        "code": row.code,
        "name": grid_name(row, language),
        "installed": row.installed,
        "in_use": row.in_use,
        "reserved": row.reserved,
        "releasing": row.releasing,
        "unusable": row.unusable,
        "idle": row.idle,
        "planned": row.planned,
        "fill": row.fill_ratio,
        "occupancy": row.occupancy_ratio,
        "effective": row.effective_ratio,
    }


def sum_grids(grids: list[dict]) -> dict:
    """The sums, and the ratios of the sums (domain.md C19)."""
    names = ("installed", "in_use", "reserved", "releasing", "unusable", "idle", "planned")
    total = {name: sum(grid[name] for grid in grids) for name in names}
    held = total["in_use"] + total["reserved"]
    return {
        **total,
        "fill": ratio(total["in_use"], total["installed"]),
        "occupancy": ratio(held, total["installed"]),
        "effective": ratio(held, total["installed"] - total["unusable"]),
    }
