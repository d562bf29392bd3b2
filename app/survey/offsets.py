"""Which coordinate system would explain that the points of a survey lie beside the plant that is known by their codes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy
import pyproj
from pyproj import Geod

from app.core.errors import InputError
from app.survey.datum import TARGET, Convert, gcj02_to_bd09, read_datum, wgs84_to_gcj02

# A system explains an offset where the points then lie so near, and so many of them.
FITS_M, MOST = 5.0, 0.8
_GEOD = Geod(ellps="GRS80")
# How far from its central meridian a zone is used, zones beside their own included.
_REACH_DEGREES = 4.6


@dataclass(frozen=True)
class Explanation:
    """A system in which the points fit, and their median distance to the known places before and after."""

    crs: str
    is_swapped: bool
    before_m: float
    after_m: float

    def __str__(self) -> str:
        return f"{self.crs}{' with the two coordinates exchanged' if self.is_swapped else ''}"


def distances_m(places: numpy.ndarray, known: numpy.ndarray) -> numpy.ndarray:
    """Metres between two arrays (n, 2) of longitude and latitude, row by row; infinite where a place is none."""
    bad = ~numpy.isfinite(places).all(axis=1)
    safe = numpy.where(bad[:, None], known, places)
    metres = _GEOD.inv(safe[:, 0], safe[:, 1], known[:, 0], known[:, 1])[2]
    return numpy.where(bad, numpy.inf, metres)


def explain_offset(placed: numpy.ndarray, known: numpy.ndarray, crs: str) -> Explanation | None:
    """The system that explains best why the points lie beside their known places; None where none does, or nothing is to explain.

    Parameters
    ----------
    placed
        Longitude and latitude as read from ``crs``.
    known
        Where the things stand.
    """
    before = float(numpy.median(distances_m(placed, known)))
    if before <= FITS_M:
        return None
    best: Explanation | None = None
    for name, is_swapped, again in readings(placed, crs, float(known[:, 0].mean())):
        metres = distances_m(again, known)
        after = float(numpy.median(metres))
        if (metres <= FITS_M).mean() >= MOST and (best is None or after < best.after_m):
            best = Explanation(name, is_swapped, before, after)
    return best


def explain_distance(placed: numpy.ndarray, box: tuple[float, float, float, float], crs: str) -> list[str]:
    """The systems in which most points lie within the box: west, south, east, north."""
    found = []
    for name, is_swapped, again in readings(placed, crs, (box[0] + box[2]) / 2):
        with numpy.errstate(invalid="ignore"):
            inside = ((again >= box[:2]) & (again <= box[2:])).all(axis=1)
        if inside.mean() >= MOST:
            found.append(f"{name}{' with the two coordinates exchanged' if is_swapped else ''}")
    return found


def readings(placed: numpy.ndarray, crs: str, longitude: float) -> Iterator[tuple[str, bool, numpy.ndarray]]:
    """The points read otherwise, by what is used near a longitude: name, whether exchanged, longitude and latitude."""
    try:
        raw = _raw(placed, crs)
    except (InputError, pyproj.exceptions.ProjError):
        return
    with numpy.errstate(invalid="ignore"):
        is_degrees = bool((numpy.abs(raw) <= 360).all())
    names = ["EPSG:4490", "gcj02", "bd09"] if is_degrees else _zones(longitude)
    for is_swapped in (False, True):
        turned = raw[:, ::-1] if is_swapped else raw
        for name in names:
            if name == crs and not is_swapped:
                continue
            convert = _converter(name)
            with numpy.errstate(all="ignore"):
                again = convert(turned)
            yield name, is_swapped, numpy.where(numpy.isfinite(again), again, numpy.nan)


def _zones(longitude: float) -> list[str]:
    """Zones of three degrees without and with their number, and of UTM, that are used near a longitude."""
    meridians = {code: 75 + 3 * number for number, code in enumerate(range(4534, 4555))}
    meridians |= {code: 75 + 3 * number for number, code in enumerate(range(4513, 4534))}
    meridians |= {code: 6 * (code - 32600) - 183 for code in range(32643, 32654)}
    return [f"EPSG:{code}" for code, meridian in meridians.items() if abs(meridian - longitude) <= _REACH_DEGREES]


@cache
def _converter(name: str) -> Convert:
    return read_datum(name).convert


def _raw(placed: numpy.ndarray, crs: str) -> numpy.ndarray:
    """The coordinates as they stood in the file."""
    if crs == "gcj02":
        return wgs84_to_gcj02(placed)
    if crs == "bd09":
        return gcj02_to_bd09(wgs84_to_gcj02(placed))
    back = pyproj.Transformer.from_crs(TARGET, crs, always_xy=True)
    return numpy.array(placed) if read_datum(crs).geographic else numpy.column_stack(back.transform(placed[:, 0], placed[:, 1]))
