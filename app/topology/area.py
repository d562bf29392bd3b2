"""An area that somebody drew: checked before the database sees it."""
import json

from pyproj import Geod
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.validation import explain_validity

from app.core.errors import InputError

AREAS = ("Polygon", "MultiPolygon")
MOST_CORNERS = 2000
# A dig or a flood, not a whole county.
MOST_KM2 = 400.0
_GEOD = Geod(ellps="GRS80")


def read_area(told: object) -> str:
    """The polygon of GeoJSON, whether bare, as a feature, or as a collection of one feature; as GeoJSON text.

    Raises
    ------
    InputError
        ``AREA_INVALID``, ``AREA_LARGE``.
    """
    try:
        while isinstance(told, dict) and told.get("type") in ("FeatureCollection", "Feature"):
            told = told["features"][0] if told["type"] == "FeatureCollection" else told["geometry"]
        if told["type"] not in AREAS or not told["coordinates"]:
            raise ValueError(told["type"])
        drawn = shape({"type": told["type"], "coordinates": told["coordinates"]})
        west, south, east, north = drawn.bounds
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, ShapelyError) as fault:
        raise _invalid("no polygon", type(fault).__name__) from fault
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _invalid("a place off the earth", f"{west:g}, {south:g}, {east:g}, {north:g}")
    if not drawn.is_valid:
        raise _invalid("a polygon that crosses itself", explain_validity(drawn))
    corners = sum(len(ring.coords) for part in getattr(drawn, "geoms", [drawn]) for ring in (part.exterior, *part.interiors))
    km2 = abs(_GEOD.geometry_area_perimeter(drawn)[0]) / 1e6
    if corners > MOST_CORNERS or km2 > MOST_KM2:
        raise InputError(
            "AREA_LARGE", "the area is too large", found=f"{km2:.1f} km2, {corners} corners",
            expected=f"at most {MOST_KM2:g} km2 and {MOST_CORNERS} corners", next_step="draw a smaller one",
        )  # fmt: skip
    return json.dumps({"type": told["type"], "coordinates": told["coordinates"]})


def _invalid(what: str, found: str) -> InputError:
    return InputError(
        "AREA_INVALID", f"what was drawn holds {what}", found=found, expected="a GeoJSON Polygon or MultiPolygon, lon and lat",
        next_step="draw the area again, or correct the file",
    )  # fmt: skip
