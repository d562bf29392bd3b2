"""Addresses for programs: the map's JSON under /api/v1/ and its vector tiles under /tiles/."""

from __future__ import annotations

from apiflask import APIFlask
from flask import jsonify, request

from app.api import (
    checks,
    downloads,
    impacts,
    orders,
    places,
    qualifications,
    questions,
    resources,
    runs,
    scenarios,
    surveys,
    tiles,
    traces,
    visits,
    ways,
    works,
)
from app.api.description import complete
from app.api.tile_door import TileDoor
from app.core.errors import PROBLEM_TYPE, build_problem
from app.maps.layers import load_layers
from app.maps.tiles import TileCache


def register(app: APIFlask) -> None:
    """Give the application its addresses for programs; a bad layer file stops the start here."""
    app.extensions["netgrid.layers"] = load_layers()
    app.extensions["netgrid.tiles"] = TileCache()
    app.config["SPEC_FORMAT"] = "json"
    app.config["OPENAPI_VERSION"] = "3.1.0"
    app.config["JSON_SORT_KEYS"] = False
    app.json.sort_keys = False
    app.json.ensure_ascii = False
    app.error_processor(answer_bad_request)
    app.spec_processor(complete)
    app.register_blueprint(places.blueprint)
    app.register_blueprint(downloads.blueprint)
    for module in (traces, impacts, ways, checks, resources, surveys, qualifications, orders, works, questions, runs, visits, scenarios):
        app.register_blueprint(module.blueprint)
    app.register_blueprint(tiles.blueprint)
    app.wsgi_app = TileDoor(app)


def answer_bad_request(error):
    """A request that does not fit the address's description, in the one form of errors."""
    found = error.detail or {}
    told = build_problem(
        error.status_code, "REQUEST_BAD", error.message, request.path, found, next_step="See /openapi.json for what this address takes."
    )
    return jsonify(told), error.status_code, {**error.headers, "Content-Type": PROBLEM_TYPE}
