"""Geometries of a batch of rows: made from WKB or from coordinate columns, converted to EPSG:4490, and checked."""

from collections.abc import Callable

import numpy
import shapely
from pyproj import Geod

from app.survey.datum import Datum, zone_proposal
from app.survey.findings import ERROR, Finding

SHORTEST_LINE_M = 0.01
_GEOD = Geod(ellps="GRS80")
_TYPES = {"point": (0, 4), "line": (1, 5), "polygon": (3, 6)}
_NAMES = {"point": "Point", "line": "LineString", "polygon": "Polygon or MultiPolygon"}
# A projected CRS is used some way beyond the area for which it is meant.
_MARGIN_DEGREES = 3.0

# Takes the position in the batch.
Tell = Callable[[int, Finding], None]


def from_wkb(cells: list[bytes | None], numbers: list[int], tell: Tell) -> numpy.ndarray:
    """Geometries in two dimensions; those that cannot be read are told and None."""
    geometries = shapely.from_wkb(numpy.array(cells, dtype=object), on_invalid="ignore")
    if any(cell is not None and geometry is None for cell, geometry in zip(cells, geometries, strict=True)):
        for position, (cell, geometry) in enumerate(zip(cells, geometries, strict=True)):
            if cell is not None and geometry is None:
                tell(
                    position,
                    Finding(
                        "GEOM_BROKEN",
                        ERROR,
                        row=numbers[position],
                        found=f"{len(cell)} bytes that are no geometry",
                        next_step="draw the geometry again",
                    ),
                )
    geometries[shapely.is_empty(geometries)] = None
    return shapely.force_2d(geometries) if shapely.has_z(geometries).any() or shapely.has_m(geometries).any() else geometries


def from_columns(first: list[float | None], second: list[float | None]) -> numpy.ndarray:
    """Points from longitudes and latitudes, or eastings and northings; None where either is missing."""
    places = numpy.array([first, second], dtype=float)
    points = numpy.full(len(first), None, dtype=object)
    given = ~numpy.isnan(places).any(axis=0)
    points[given] = shapely.points(places[0][given], places[1][given])
    return points


def fit_type(geometries: numpy.ndarray, kind: str, numbers: list[int], tell: Tell) -> numpy.ndarray:
    """Geometries as the layer stores them: a point, a line, or a multipolygon; others are told and None."""
    types = shapely.get_type_id(geometries)
    single, multiple = _TYPES[kind]
    wrong = (types != -1) & (types != single) & (types != multiple)
    if kind != "polygon":
        wrong |= (types == multiple) & (shapely.get_num_geometries(geometries) != 1)
        one_part = (types == multiple) & ~wrong
        geometries[one_part] = shapely.get_geometry(geometries[one_part], 0)
    else:
        parts = types == single
        geometries[parts] = (
            shapely.multipolygons(geometries[parts], indices=numpy.arange(parts.sum())) if parts.any() else geometries[parts]
        )
    for position in numpy.flatnonzero(wrong):
        geometry = geometries[position]
        found = (
            f"{geometry.geom_type} of {shapely.get_num_geometries(geometry)} parts"
            if geometry.geom_type.startswith("Multi")
            else geometry.geom_type
        )
        tell(
            int(position),
            Finding(
                "GEOM_TYPE", ERROR, row=numbers[position], found=found, expected=_NAMES[kind], next_step="draw one geometry of this type"
            ),
        )
    geometries[wrong] = None
    return geometries


def convert(geometries: numpy.ndarray, datum: Datum, numbers: list[int], tell: Tell) -> numpy.ndarray:
    """Geometries in EPSG:4490; those whose places cannot be are told and None."""
    raw, owners = shapely.get_coordinates(geometries, return_index=True)
    if not len(raw):
        return geometries
    bad = ~numpy.isfinite(raw).all(axis=1)
    zero = (raw == 0).all(axis=1)
    with numpy.errstate(invalid="ignore"):
        placed = datum.convert(numpy.where((bad | zero)[:, None], numpy.nan, raw))
        placed[~numpy.isfinite(placed).all(axis=1)] = numpy.nan
        outside = ~_inside(placed, datum) & ~bad & ~zero
        swapped = _looks_swapped(raw, datum) & ~bad & ~zero
    faulty = bad | zero | outside | swapped
    if faulty.any():
        _tell_faults(raw, owners, (bad, zero, swapped), faulty, datum, numbers, tell)
        lost = numpy.unique(owners[faulty])
        geometries[lost] = None
        placed = placed[~numpy.isin(owners, lost)]
    return shapely.set_coordinates(geometries, placed)


def _inside(placed: numpy.ndarray, datum: Datum) -> numpy.ndarray:
    inside = (numpy.abs(placed[:, 0]) <= 180) & (numpy.abs(placed[:, 1]) <= 90)
    if datum.bounds and not datum.geographic:
        west, south, east, north = datum.bounds
        # An area across the date line has its west beyond its east.
        east += 360 if east < west else 0
        past_west = (placed[:, 0] - west) % 360
        inside &= (past_west <= east - west + _MARGIN_DEGREES) | (past_west >= 360 - _MARGIN_DEGREES)
        inside &= (placed[:, 1] >= south - _MARGIN_DEGREES) & (placed[:, 1] <= north + _MARGIN_DEGREES)
    return inside


def _looks_swapped(raw: numpy.ndarray, datum: Datum) -> numpy.ndarray:
    """Places that make sense only with their two coordinates exchanged: latitude and longitude of China, or northing and easting."""
    if datum.geographic:
        return (raw[:, 0] >= 3) & (raw[:, 0] <= 54) & (raw[:, 1] >= 73) & (raw[:, 1] <= 136)
    if not datum.bounds:
        return numpy.zeros(len(raw), dtype=bool)
    straight = datum.convert(raw)
    lost = ~numpy.isfinite(straight).all(axis=1) | ~_inside(straight, datum)
    swapped = numpy.zeros(len(raw), dtype=bool)
    if lost.any():
        exchanged = datum.convert(raw[lost][:, ::-1])
        swapped[lost] = numpy.isfinite(exchanged).all(axis=1) & _inside(exchanged, datum)
    return swapped


def _tell_faults(raw, owners, masks, faulty, datum: Datum, numbers: list[int], tell: Tell) -> None:
    bad, zero, swapped = masks
    # The first faulty place of each geometry stands for all of its others.
    firsts = numpy.flatnonzero(faulty)
    _, kept = numpy.unique(owners[firsts], return_index=True)
    for place in firsts[kept]:
        position = int(owners[place])
        tell(position, _place_finding(raw[place], bool(bad[place]), bool(zero[place]), bool(swapped[place]), datum, numbers[position]))


def _place_finding(place: numpy.ndarray, bad: bool, zero: bool, swapped: bool, datum: Datum, row: int) -> Finding:
    found = f"{place[0]:.10g}, {place[1]:.10g}"
    if bad:
        return Finding("PLACE_NOT_FINITE", ERROR, row=row, found=found, expected="two numbers", next_step="survey the place again")
    if zero:
        return Finding("PLACE_ZERO", ERROR, row=row, found=found, expected="a place", next_step="survey the place again")
    if swapped:
        names = ("longitude", "latitude") if datum.geographic else ("easting (survey Y)", "northing (survey X)")
        return Finding(
            "PLACE_SWAPPED",
            ERROR,
            row=row,
            found=f"{names[0]} {place[0]:.10g}, {names[1]} {place[1]:.10g}",
            expected=f"{names[0]} {place[1]:.10g}, {names[1]} {place[0]:.10g}",
            next_step="exchange the two",
        )
    proposal = zone_proposal(datum.name, place[0])
    if proposal:
        return Finding(
            "PLACE_ZONE",
            ERROR,
            row=row,
            found=f"easting {place[0]:.10g} in {datum.name}",
            expected=proposal,
            next_step=f"give --crs {proposal}",
        )
    return Finding(
        "PLACE_OUTSIDE",
        ERROR,
        row=row,
        found=f"{found} in {datum.name}",
        expected="a place on the earth, near where the CRS is used",
        next_step="check the CRS, and give it with --crs",
    )


def check_shapes(geometries: numpy.ndarray, kind: str, numbers: list[int], tell: Tell) -> None:
    """Tell polygons that cross themselves and lines that are too short; such geometries become None."""
    if kind == "polygon":
        given = ~shapely.is_missing(geometries)
        for position in numpy.flatnonzero(given & ~shapely.is_valid(geometries)):
            reason = shapely.is_valid_reason(geometries[position])
            tell(
                int(position),
                Finding(
                    "GEOM_INVALID",
                    ERROR,
                    row=numbers[position],
                    found=reason,
                    expected="a ring that does not cross itself",
                    next_step="correct the ring",
                ),
            )
            geometries[position] = None
    if kind == "line":
        # Degrees first: only lines that may be too short are measured on the ellipsoid.
        for position in numpy.flatnonzero(shapely.length(geometries) < 1e-6):
            metres = _GEOD.geometry_length(geometries[position])
            if metres < SHORTEST_LINE_M:
                tell(
                    int(position),
                    Finding(
                        "GEOM_SHORT",
                        ERROR,
                        row=numbers[position],
                        found=f"{metres:.3f} m",
                        expected=f"at least {SHORTEST_LINE_M} m",
                        next_step="draw the line again",
                    ),
                )
                geometries[position] = None
