"""What lies nearest: places on the ellipsoid, found by a tree of the plane."""

import numpy
from pyproj import Geod
from shapely import STRtree, points

_GEOD = Geod(ellps="GRS80")


def find_nearest(places: numpy.ndarray, targets: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """For each place the nearest target (its place in the array) and the geodesic metres to it.

    Parameters
    ----------
    places, targets
        Lon and lat, EPSG:4490, one row each; at least one target.
    """
    scale = numpy.cos(numpy.radians(targets[:, 1].mean()))
    flat = [points(array[:, 0] * scale, array[:, 1]) for array in (places, targets)]
    found = STRtree(flat[1]).nearest(flat[0])
    near = targets[found]
    return found, numpy.asarray(_GEOD.inv(places[:, 0], places[:, 1], near[:, 0], near[:, 1])[2])
