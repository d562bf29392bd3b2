"""Tiles of the demo county: through the application against the bare statement, by processor time.

Counted is the time of this process and of the database's process that answers it, as the kernel counts it. The application is called as a
web server calls it, signed in. Bare is ST_AsMVT over the layer's own SQL through a psycopg2 cursor, its bytes packed by the same gzip.
"""
import random
import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from math import asinh, floor, pi, radians, tan

import psycopg2
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder

from app import WEB_OPTIONS
from app.maps.layers import Layer
from app.maps.tiles import TileCache, compress
from scripts.benchmarks.county import load_county, open_site, sign_in
from scripts.benchmarks.meter import backend_seconds
from scripts.benchmarks.results import Result, median
from scripts.benchmarks.scratch import REGION, scratch_database

BARE = "SELECT ST_AsMVT(tile.*, '{name}', 4096, 'geom', 'id') FROM ({sql}) AS tile"
# What a map asks for: from the whole county down to a street.
ZOOMS = range(9, 17)
TILES_IN_TURN = 40
PLACES = text(
    "SELECT ST_X(geom), ST_Y(geom) FROM structure WHERE region_id = :region ORDER BY md5(code) LIMIT :count"
)
PROCESSES = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    " AND pid <> %s"
)


@dataclass(frozen=True)
class Address:
    """One tile and how a web server hands its request over."""

    layer: Layer
    place: tuple[int, int, int]
    environ: dict


def add_options(parser) -> None:
    parser.add_argument("--tile-scale", default="0.1", help="scale of the county whose tiles are drawn (default: 0.1)")
    parser.add_argument("--tile-places", type=int, default=12, help="places whose tiles are drawn in every layer and zoom (default: 12)")
    parser.add_argument("--tile-rounds", type=int, default=7, help="rounds over all tiles; the median counts (default: 7)")


def measure(url: str, options) -> list[Result]:
    """Processor time of a tile, and the ratios to the bare statement."""
    with scratch_database(url, "tile") as engine:
        load_county(engine, options.tile_scale)
        with open_site(engine) as app, closing(psycopg2.connect(_address_of(engine), options=WEB_OPTIONS)) as bare:
            bare.autocommit = True
            addresses = _make_addresses(engine, app, options.tile_places)
            rounds = [_round(app, bare, addresses) for _ in range(options.tile_rounds + 1)][1:]
    drawn, kept, plain = (median(one[place] for one in rounds) * 1000 for place in range(3))
    return [
        Result(f"bare ST_AsMVT and gzip, processor time of a tile, mean of {len(addresses)}", plain, "ms"),
        Result("the same tiles drawn through the application", drawn, "ms"),
        Result("the same tiles again, kept by the application", kept, "ms"),
        Result("tile drawn through the application / bare ST_AsMVT", median(one[0] / one[2] for one in rounds), "x", 1.5),
        Result("tile kept by the application / bare ST_AsMVT", median(one[1] / one[2] for one in rounds), "x"),
    ]


def _address_of(engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _make_addresses(engine, app, places: int) -> list[Address]:
    """Every layer and zoom at some places, each tile once, in a random order."""
    headers = sign_in(engine, app)
    with Session(engine) as session:
        points = session.execute(PLACES, {"region": REGION, "count": places}).all()
        version = session.execute(text("SELECT version FROM region_state WHERE region_id = :region"), {"region": REGION}).scalar_one()
    layers = app.extensions["netgrid.layers"].layers.values()
    tiles = {
        (layer.name, z, *_tile_at(z, lon, lat)): layer for layer in layers for z in ZOOMS if layer.zoom_min <= z <= layer.zoom_max
        for lon, lat in points
    }
    addresses = []
    for (name, z, x, y), layer in tiles.items():
        builder = EnvironBuilder(f"/tiles/{name}/{z}/{x}/{y}.mvt", query_string={"v": version, "region": REGION}, headers=headers)
        addresses.append(Address(layer, (z, x, y), builder.get_environ()))
    random.Random(1).shuffle(addresses)  # noqa: S311
    return addresses


def _tile_at(z: int, lon: float, lat: float) -> tuple[int, int]:
    return floor((lon + 180) / 360 * 2**z), floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)


def _round(app, bare, addresses: list[Address]) -> tuple[float, float, float]:
    """Processor seconds of a tile: drawn by the application, kept by it, and bare; a few tiles of each in turn."""
    spent = [0.0, 0.0, 0.0]
    app.extensions["netgrid.tiles"] = TileCache()
    _ask(app, addresses[0])
    with bare.cursor() as cursor:
        cursor.execute(PROCESSES, (bare.info.backend_pid,))
        web = [pid for pid, in cursor.fetchall()]
    app.extensions["netgrid.tiles"] = TileCache()
    ways = ((web, partial(_ask, app)), (web, partial(_ask, app)), ([bare.info.backend_pid], partial(_draw_bare, bare)))
    for start in range(0, len(addresses), TILES_IN_TURN):
        for place, (backends, draw) in enumerate(ways):
            spent[place] += _spent(backends, draw, addresses[start:start + TILES_IN_TURN])
    return tuple(seconds / len(addresses) for seconds in spent)


def _draw_bare(bare, address: Address) -> None:
    z, x, y = address.place
    with bare.cursor() as cursor:
        cursor.execute(BARE.format(name=address.layer.name, sql=address.layer.sql), {"region_id": REGION, "z": z, "x": x, "y": y})
        compress(bytes(cursor.fetchone()[0] or b""))


def _ask(app, address: Address) -> None:
    told = []
    answer = app.wsgi_app(dict(address.environ), lambda status, headers, _=None: told.append(status))
    try:
        b"".join(answer)
    finally:
        getattr(answer, "close", int)()
    if told != ["200 OK"]:
        raise SystemExit(f"{address.environ['PATH_INFO']}: {told}")


def _spent(backends: list[int], draw, addresses: list[Address]) -> float:
    """Processor seconds of drawing these tiles, in this process and in the database's."""
    before = time.process_time() + sum(map(backend_seconds, backends))
    for address in addresses:
        draw(address)
    return time.process_time() + sum(map(backend_seconds, backends)) - before
