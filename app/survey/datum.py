"""Coordinates of any survey to longitude and latitude in EPSG:4490, whole arrays at a time.

GCJ-02 and BD-09 follow the formulas in public use; their inverses are iterated. Datums whose parameters are not public are refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy
import pyproj

from app.core.errors import InputError

STORED = "EPSG:4490"
# PROJ knows more ways to WGS-84 than to EPSG:4490, and the two agree to centimetres.
TARGET = "EPSG:4326"
Convert = Callable[[numpy.ndarray], numpy.ndarray]

# Datums that agree with CGCS2000 to centimetres or decimetres, far below a survey's accuracy.
_EQUAL_DATUMS = (
    "China 2000",
    "World Geodetic System 1984",
    "International Terrestrial Reference Frame",
    "China Geodetic Coordinate System 2000",
)
_LOCAL_DATUMS = ("Beijing 1954", "New Beijing", "Xian 1980", "Xi'an 1980")
_A = 6378245.0
_EE = 0.00669342162296594323
_BD_ANGLE = numpy.pi * 3000.0 / 180.0
# Degrees; about a tenth of a millimetre.
_CLOSE = 1e-9
_EPSG = re.compile(r"(?:EPSG\s*:+\s*|urn:ogc:def:crs:EPSG:[\d.]*:)?(\d{4,6})", re.IGNORECASE)
_PREFIXED_ZONES = range(4513, 4534)
_PLAIN_ZONES = range(4534, 4555)

pyproj.network.set_network_enabled(False)


@dataclass(frozen=True)
class Datum:
    """A way to EPSG:4490.

    Attributes
    ----------
    name
        ``EPSG:4546``, ``gcj02``, ``bd09``, or the name that the file gives.
    convert
        Array (n, 2) of x or longitude, y or latitude -> the same in EPSG:4490.
    geographic
        True where the coordinates are degrees.
    bounds
        West, south, east, north of the area in which the CRS is used; None for the whole world.
    """

    name: str
    convert: Convert
    geographic: bool
    bounds: tuple[float, float, float, float] | None = None


def read_datum(name: str) -> Datum:
    """The datum of this name: ``EPSG:n``, ``gcj02``, ``bd09``, or WKT.

    Raises
    ------
    InputError
        ``CRS_UNKNOWN``, or ``CRS_LOCAL`` for Beijing-54, Xian-80 and others that need parameters.
    """
    key = re.sub(r"[\s_-]", "", name).casefold()
    if key in ("gcj02", "bd09"):
        return Datum(key, gcj02_to_wgs84 if key == "gcj02" else bd09_to_wgs84, True, None)
    matched = _EPSG.fullmatch(name.strip())
    try:
        crs = pyproj.CRS.from_epsg(int(matched[1])) if matched else pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError as fault:
        raise InputError(
            "CRS_UNKNOWN",
            "The coordinate reference system is not known.",
            found=name[:100],
            expected="EPSG:n, gcj02 or bd09",
            next_step="give --crs EPSG:n",
        ) from fault
    return _from_crs(crs, f"EPSG:{int(matched[1])}" if matched else _short_name(crs))


def _from_crs(crs: pyproj.CRS, name: str) -> Datum:
    crs = pyproj.CRS(crs.sub_crs_list[0]) if crs.is_compound else crs
    if crs.geodetic_crs is None or crs.is_geocentric:
        raise InputError(
            "CRS_UNKNOWN",
            "The coordinate reference system has no place on the earth.",
            found=name,
            expected="EPSG:n, gcj02 or bd09",
            next_step="give --crs EPSG:n",
        )
    datum = crs.geodetic_crs.datum.name if crs.geodetic_crs.datum else ""
    if any(local in datum for local in _LOCAL_DATUMS):
        raise _local(name, datum)
    equal = any(known in datum for known in _EQUAL_DATUMS)
    if crs.is_geographic and equal:
        return Datum(name, numpy.array, True)
    transformer = pyproj.Transformer.from_crs(crs, TARGET, always_xy=True)
    if not equal and "ballpark" in transformer.description.casefold():
        raise _local(name, datum)

    def convert(places: numpy.ndarray) -> numpy.ndarray:
        return numpy.column_stack(transformer.transform(places[:, 0], places[:, 1]))

    area = crs.area_of_use
    return Datum(name, convert, crs.is_geographic, (area.west, area.south, area.east, area.north) if area else None)


def _short_name(crs: pyproj.CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name


def _local(name: str, datum: str) -> InputError:
    return InputError(
        "CRS_LOCAL",
        "The datum needs local parameters that are not public; without them places would be tens of metres off.",
        found=f"{name} ({datum})" if datum else name,
        expected="CGCS2000 or WGS-84",
        next_step="have the survey converted to CGCS2000 (EPSG:4490, EPSG:4534 to 4554), or give three control points to whoever can",
    )


def zone_proposal(name: str, easting: float) -> str | None:
    """The CRS that fits an easting whose zone number is there, or missing, against the declared CRS; None where it fits.

    Parameters
    ----------
    easting
        Metres, of any one point.
    """
    code = int(name[5:]) if name.startswith("EPSG:") and name[5:].isdigit() else 0
    zone = int(easting // 1_000_000)
    if code in _PLAIN_ZONES and 25 <= zone <= 45:
        return f"EPSG:{_PREFIXED_ZONES[zone - 25]}"
    if code in _PREFIXED_ZONES and 0 < easting < 1_000_000:
        return f"EPSG:{_PLAIN_ZONES[code - _PREFIXED_ZONES[0]]}"
    return None


def gcj02_to_wgs84(places: numpy.ndarray) -> numpy.ndarray:
    """Longitude and latitude, degrees, iterated below a tenth of a millimetre of the forward formula."""
    return _inverse(wgs84_to_gcj02, places)


def bd09_to_wgs84(places: numpy.ndarray) -> numpy.ndarray:
    """Longitude and latitude, degrees."""
    return gcj02_to_wgs84(bd09_to_gcj02(places))


def bd09_to_gcj02(places: numpy.ndarray) -> numpy.ndarray:
    """GCJ-02 longitude and latitude, degrees, by the closed formula in public use."""
    x, y = places[:, 0] - 0.0065, places[:, 1] - 0.006
    radius = numpy.hypot(x, y) - 0.00002 * numpy.sin(y * _BD_ANGLE)
    angle = numpy.arctan2(y, x) - 0.000003 * numpy.cos(x * _BD_ANGLE)
    return numpy.column_stack((radius * numpy.cos(angle), radius * numpy.sin(angle)))


def gcj02_to_bd09(places: numpy.ndarray) -> numpy.ndarray:
    """BD-09 longitude and latitude, degrees."""
    x, y = places[:, 0], places[:, 1]
    radius = numpy.hypot(x, y) + 0.00002 * numpy.sin(y * _BD_ANGLE)
    angle = numpy.arctan2(y, x) + 0.000003 * numpy.cos(x * _BD_ANGLE)
    return numpy.column_stack((radius * numpy.cos(angle) + 0.0065, radius * numpy.sin(angle) + 0.006))


def wgs84_to_gcj02(places: numpy.ndarray) -> numpy.ndarray:
    """GCJ-02 longitude and latitude, degrees; unchanged outside the rough box of China."""
    longitude, latitude = places[:, 0], places[:, 1]
    x, y = longitude - 105.0, latitude - 35.0
    root = numpy.sqrt(numpy.abs(x))
    wave = (20.0 * numpy.sin(6.0 * x * numpy.pi) + 20.0 * numpy.sin(2.0 * x * numpy.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20.0 * numpy.sin(y * numpy.pi) + 40.0 * numpy.sin(y / 3.0 * numpy.pi)) * 2.0 / 3.0
    north += (160.0 * numpy.sin(y / 12.0 * numpy.pi) + 320.0 * numpy.sin(y * numpy.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20.0 * numpy.sin(x * numpy.pi) + 40.0 * numpy.sin(x / 3.0 * numpy.pi)) * 2.0 / 3.0
    east += (150.0 * numpy.sin(x / 12.0 * numpy.pi) + 300.0 * numpy.sin(x / 30.0 * numpy.pi)) * 2.0 / 3.0
    radians = numpy.radians(latitude)
    magic = 1.0 - _EE * numpy.sin(radians) ** 2
    north *= 180.0 / (_A * (1.0 - _EE) / (magic * numpy.sqrt(magic)) * numpy.pi)
    east *= 180.0 / (_A / numpy.sqrt(magic) * numpy.cos(radians) * numpy.pi)
    inside = (longitude >= 72.004) & (longitude <= 137.8347) & (latitude >= 0.8293) & (latitude <= 55.8271)
    return numpy.column_stack((longitude + numpy.where(inside, east, 0.0), latitude + numpy.where(inside, north, 0.0)))


def _inverse(forward: Convert, places: numpy.ndarray) -> numpy.ndarray:
    guess = numpy.array(places, dtype=float)
    for _ in range(20):
        step = places - forward(guess)
        guess += step
        if not numpy.any(numpy.abs(step) > _CLOSE):
            break
    return guess
