"""Vector tiles: one statement of PostGIS a tile, through a bare cursor, kept compressed while the region stands still."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass

from app.access.areas import EVERYWHERE, Area
from app.core.errors import NotFoundError
from app.maps.layers import PARAMETER, THINGS, Layer
from app.services.queries.areas import find_grids_bare, inside

# The version comes with the tile, in one snapshot: a tile can never be kept under a version that it does not show.
TILE = """
SELECT (SELECT version FROM region_state WHERE region_id = %(region_id)s), ST_AsMVT(tile.*, '{name}', 4096, 'geom', 'id')
FROM ({sql}) AS tile
"""
# The same with only what lies in some grids, for callers who may see no more.
NARROWED = (
    "SELECT seen.* FROM ({sql}) AS seen"
    " WHERE EXISTS (SELECT 1 FROM {table} AS t WHERE t.region_id = :region_id AND t.id = seen.id AND ({inside}))"
)
VERSION = "SELECT version FROM region_state WHERE region_id = %s"
CACHE_BYTES_MAX = 48 * 1024 * 1024


@dataclass(frozen=True)
class Tile:
    """A compressed tile and the data version that it shows."""

    body: bytes
    version: int


class TileCache:
    """Tiles of the latest versions, least recently used out first, bounded by bytes; safe between threads."""

    def __init__(self, bytes_max: int = CACHE_BYTES_MAX):
        self.bytes_max = bytes_max
        self.bytes_now = 0
        self.tiles: OrderedDict[tuple, Tile] = OrderedDict()
        self.lock = threading.Lock()

    def find(self, key: tuple) -> Tile | None:
        """The tile of that key, or None."""
        with self.lock:
            tile = self.tiles.get(key)
            if tile is not None:
                self.tiles.move_to_end(key)
            return tile

    def keep(self, key: tuple, tile: Tile) -> None:
        """Keep a tile; the oldest make room."""
        with self.lock:
            old = self.tiles.pop(key, None)
            self.bytes_now += len(tile.body) - (len(old.body) if old else 0)
            self.tiles[key] = tile
            while self.bytes_now > self.bytes_max:
                _, gone = self.tiles.popitem(last=False)
                self.bytes_now -= len(gone.body)


def check_address(layer: Layer, z: int, x: int, y: int) -> None:
    """Refuse tiles outside the world or outside the layer's zooms.

    Raises
    ------
    NotFoundError
        ``TILE_UNKNOWN``.
    """
    side = 1 << z if z <= 24 else 0
    if not (layer.zoom_min <= z <= layer.zoom_max and x < side and y < side):
        raise NotFoundError(
            "TILE_UNKNOWN", "There is no such tile.", subject=f"{layer.name}/{z}/{x}/{y}",
            expected=f"zoom {layer.zoom_min} to {layer.zoom_max}, x and y below 2^zoom",
        )


def build_etag(layer: Layer, region_id: int, version: int, area: Area = EVERYWHERE) -> str:
    """What a tile's content depends on: the layer's files, the region and its version, and the area of who looks."""
    return f"{layer.digest}-{region_id}{area.digest and 'a' + area.digest}-{version}"


def read_version(cursor, region_id: int) -> int:
    """The region's data version; 0 before anything was written."""
    cursor.execute(VERSION, (region_id,))
    row = cursor.fetchone()
    return row[0] if row else 0


def build_tile(cursor, layer: Layer, region_id: int, address: tuple[int, int, int], area: Area = EVERYWHERE) -> Tile:
    """The tile (z, x, y) of a layer, compressed, as the database shows it now, as far as the area goes.

    Raises
    ------
    NotFoundError
        ``REGION_UNKNOWN`` where the area holds nothing of the region.
    """
    z, x, y = address
    grids = None if area.is_everywhere else find_grids_bare(cursor, region_id, area)
    statement = TILE.format(name=layer.name, sql=layer.sql if grids is None else narrow(layer))
    cursor.execute(statement, {"region_id": region_id, "z": z, "x": x, "y": y, "grids": list(grids or ())})
    version, body = cursor.fetchone()
    return Tile(compress(bytes(body or b"")), version or 0)


def narrow(layer: Layer) -> str:
    """The layer's SQL with only what lies in ``grids``; a layer that shows no things shows nothing."""
    kind = layer.spec.get("thing")
    if not kind:
        return f"SELECT * FROM ({layer.sql}) AS seen WHERE false"  # noqa: S608 - the layer's own
    condition = PARAMETER.sub(r"%(\1)s", NARROWED.format(sql="{sql}", table=THINGS[kind], inside=inside(kind)))
    return condition.replace("{sql}", layer.sql)


def compress(body: bytes) -> bytes:
    """The bytes as gzip at the cheapest level: more costs much and saves little."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()
