"""Vector tiles: /tiles/<layer>/<z>/<x>/<y>.mvt?v=<data version>&region=<id>."""

from __future__ import annotations

from dataclasses import dataclass

from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, request
from werkzeug.datastructures import ETags

from app.access.areas import Area
from app.access.gate import get_area, get_reading, get_session
from app.core.errors import NotFoundError
from app.core.reading import Reading
from app.maps.layers import Layer
from app.maps.queries import get_region
from app.maps.tiles import Tile, build_etag, build_tile, check_address, read_version

KEPT = "private, max-age=31536000, immutable"
ASKED_AGAIN = "private, no-cache"
# Where the tile door leaves an error for the view to raise.
FAULT = "netgrid.tile_fault"

blueprint = APIBlueprint("tiles", __name__, url_prefix="/tiles", enable_openapi=False)


@dataclass(frozen=True)
class Wish:
    """The tile that a request asks for; ``version`` is None where it names none, ``tags`` are those that the browser holds."""

    layer: Layer
    region_id: int
    place: tuple[int, int, int]
    version: int | None
    tags: ETags


@dataclass(frozen=True)
class Answer:
    """What the request gets."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@blueprint.get("/<name>/<int:z>/<int:x>/<int:y>.mvt")
def tile(name, z, x, y):
    """The tile, or what is wrong with the request; most tiles are answered by the door before this view (``tile_door``)."""
    if FAULT in request.environ:
        raise request.environ[FAULT]
    layer = current_app.extensions["netgrid.layers"].layers.get(name)
    if layer is None:
        raise NotFoundError("LAYER_UNKNOWN", "There is no such layer.", subject=name)
    check_address(layer, z, x, y)
    wish = Wish(layer, ask_region_id(), (z, x, y), request.args.get("v", type=int), request.if_none_match)
    found = answer_wish(current_app, wish, get_area(), get_reading())
    return Response(found.body, found.status, found.headers)


def answer_wish(app: APIFlask, wish: Wish, area: Area, reading: Reading) -> Answer:
    """The tile, from the browser's copy, from our own, or from the database, in this order."""
    # A tile of a named version never changes, so the browser's copy of it is right whatever the database holds by now.
    tag = build_etag(wish.layer, wish.region_id, wish.version, area)
    if wish.version is not None and wish.tags.contains(tag):
        return Answer(304, _headers(tag, KEPT), b"")
    found = find_tile(app, wish, area, reading)
    tag = build_etag(wish.layer, wish.region_id, found.version, area)
    headers = _headers(tag, KEPT if wish.version == found.version else ASKED_AGAIN)
    if wish.tags.contains(tag):
        return Answer(304, headers, b"")
    body_headers = [
        ("Content-Type", "application/vnd.mapbox-vector-tile"), ("Content-Encoding", "gzip"), ("Content-Length", str(len(found.body))),
    ]
    return Answer(200, body_headers + headers, found.body)


def find_tile(app: APIFlask, wish: Wish, area: Area, reading: Reading) -> Tile:
    """The tile of the named version from our own copies, else as the database shows it now."""
    cache = app.extensions["netgrid.tiles"]
    version = reading.ask(lambda cursor: read_version(cursor, wish.region_id)) if wish.version is None else wish.version
    key = (wish.layer.name, wish.layer.digest, wish.region_id, *wish.place, area.digest)
    found = cache.find((*key, version))
    if found is None:
        found = reading.ask(lambda cursor: build_tile(cursor, wish.layer, wish.region_id, wish.place, area))
        cache.keep((*key, found.version), found)
    return found


def ask_region_id() -> int:
    """The region that the address names, or the site's own; a region's key never changes, so it is looked up once."""
    named = request.args.get("region")
    if named is not None:
        if not (named.isdigit() and len(named) < 19):
            raise NotFoundError("REGION_UNKNOWN", "There is no such region.", subject=named)
        return int(named)
    known = current_app.extensions.get("netgrid.region_id")
    if known is None:
        code = current_app.extensions["netgrid.settings"].region_code
        known = current_app.extensions["netgrid.region_id"] = get_region(get_session(), code).id
    return known


def _headers(tag: str, kept: str) -> list[tuple[str, str]]:
    return [("ETag", f'"{tag}"'), ("Cache-Control", kept), ("Vary", "Cookie")]
