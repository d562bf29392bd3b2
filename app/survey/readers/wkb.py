"""Well-known binary straight from coordinates, ten times as fast as by way of an object."""

import struct

import numpy
import shapely

_POINT, _LINE = 1, 2
_pack_point = struct.Struct("<BIdd").pack


def write_wkb(place: dict) -> bytes | None:
    """The geometry as WKB in two dimensions; None for kinds other than Point and LineString, and for empty ones."""
    coordinates = place.get("coordinates")
    if not coordinates:
        return None
    if place["type"] == "Point":
        return _pack_point(1, _POINT, float(coordinates[0]), float(coordinates[1]))
    if place["type"] == "LineString":
        flat = [float(value) for position in coordinates for value in position[:2]]
        return struct.pack(f"<BII{len(flat)}d", 1, _LINE, len(flat) // 2, *flat)
    return None


# A point alone.
_BARE_POINTS = numpy.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])


def write_points(places: list) -> list[bytes] | None:
    """The points as WKB in two dimensions; None where any of them is no point with its coordinates."""
    try:
        pairs = [place["coordinates"] for place in places if place["type"] == "Point"]
        eastings, northings = [float(pair[0]) for pair in pairs], [float(pair[1]) for pair in pairs]
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    if len(pairs) < len(places):
        return None
    points = numpy.zeros(len(pairs), _BARE_POINTS)
    points["order"], points["type"] = 1, _POINT
    points["x"], points["y"] = eastings, northings
    written, width = points.tobytes(), _BARE_POINTS.itemsize
    return [written[at : at + width] for at in range(0, len(written), width)]


# A point with its reference system: byte order, type, system, place.
_POINTS = numpy.dtype([("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
_WITH_SRID = 0x20000000


def hex_places(geometries: numpy.ndarray, srid: int) -> list[str | None]:
    """Geometries in two dimensions as EWKB in hex, None where there is none."""
    given = ~shapely.is_missing(geometries)
    if not (shapely.get_type_id(geometries[given]) == 0).all():
        return shapely.to_wkb(shapely.set_srid(geometries, srid), hex=True, include_srid=True).tolist()
    points = numpy.zeros(given.sum(), _POINTS)
    points["order"], points["type"], points["srid"] = 1, _POINT | _WITH_SRID, srid
    points["x"], points["y"] = shapely.get_coordinates(geometries[given]).T
    written, width = points.tobytes().hex().upper(), 2 * _POINTS.itemsize
    places = numpy.full(len(geometries), None, dtype=object)
    places[given] = [written[at : at + width] for at in range(0, len(written), width)]
    return places.tolist()
