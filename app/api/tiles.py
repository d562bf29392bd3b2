"""Vector tiles: /tiles/<layer>/<z>/<x>/<y>.mvt?v=<data version>&region=<id>."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, current_app, request
from flask_login import current_user

from app.access.gate import get_connection, get_session
from app.core.errors import NotFoundError
from app.maps.layers import Layer
from app.maps.queries import get_region
from app.maps.tiles import Tile, build_etag, build_tile, check_address, read_version

KEPT = "private, max-age=31536000, immutable"
ASKED_AGAIN = "private, no-cache"

blueprint = APIBlueprint("tiles", __name__, url_prefix="/tiles", enable_openapi=False)


@blueprint.get("/<name>/<int:z>/<int:x>/<int:y>.mvt")
def tile(name, z, x, y):
    """The tile, from the browser's copy, from our own, or from the database, in this order."""
    layer = current_app.extensions["netgrid.layers"].layers.get(name)
    if layer is None:
        raise NotFoundError("LAYER_UNKNOWN", "There is no such layer.", subject=name)
    check_address(layer, z, x, y)
    region_id, version = ask_region_id(), request.args.get("v", type=int)
    # A tile of a named version never changes, so the browser's copy of it is right whatever the database holds by now.
    if version is not None and request.if_none_match.contains(build_etag(layer, region_id, version)):
        return answer_unchanged(layer, region_id, version)
    connection = get_connection().connection
    with connection.cursor() as cursor:
        found = find_tile(cursor, layer, region_id, (z, x, y), version)
    return answer(found, layer, region_id, is_kept=version == found.version)


def find_tile(cursor, layer: Layer, region_id: int, address: tuple[int, int, int], version: int | None) -> Tile:
    """The tile of the named version from our own copies, else as the database shows it now."""
    cache = current_app.extensions["netgrid.tiles"]
    if version is None:
        version = read_version(cursor, region_id)
    key = (layer.name, layer.digest, region_id, *address, current_user.person.role)
    found = cache.find((*key, version))
    if found is None:
        found = build_tile(cursor, layer, region_id, address)
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


def answer(found: Tile, layer: Layer, region_id: int, is_kept: bool) -> Response:
    """The tile's bytes, compressed as they are kept."""
    reply = Response(found.body, mimetype="application/vnd.mapbox-vector-tile")
    reply.headers["Content-Encoding"] = "gzip"
    reply.headers["Cache-Control"] = KEPT if is_kept else ASKED_AGAIN
    reply.set_etag(build_etag(layer, region_id, found.version))
    return reply.make_conditional(request)


def answer_unchanged(layer: Layer, region_id: int, version: int) -> Response:
    """304: the browser's copy is still right."""
    reply = Response(status=304)
    reply.headers["Cache-Control"] = KEPT
    reply.set_etag(build_etag(layer, region_id, version))
    return reply
