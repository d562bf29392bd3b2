"""Communities, towns and the county as polygons that tile exactly: one outline, split by the cells of seeded points.

Coordinates are whole numbers of 1e-7 degrees until the very end, so that a shared border is one and the same list of points.
The outline tiles the plane when shifted, so neighbouring counties meet without gap or overlap.
"""
import math
import random
from dataclasses import dataclass

import numpy as np
import shapely

from scripts.demo_county.places import BOX, SEAT, County

GRAIN = 10_000_000
MARGIN = 0.03
# Corner proportions of the centrally symmetric six-sided outline inside the unit box.
_A, _B, _C = 0.45, 0.18, 0.72
_SQUEEZE = math.cos(math.radians(29.97))
_METRE = GRAIN / 111_000
ATTEMPTS = 20


@dataclass(frozen=True)
class Community:
    """``town`` is the index of its town; ``seed`` lon, lat in degrees of EPSG:4490."""

    town: int
    code: str
    name_zh: str
    name_en: str
    is_village: bool
    seed: tuple[float, float]
    geometry: shapely.Geometry


@dataclass(frozen=True)
class Land:
    """A county's ground, EPSG:4490: outline, town seats (lon, lat) and communities."""

    outline: shapely.Polygon
    seats: tuple[tuple[float, float], ...]
    communities: tuple[Community, ...]

    def town(self, index: int) -> shapely.Geometry:
        """The union of the town's communities."""
        return shapely.coverage_union_all([one.geometry for one in self.communities if one.town == index])

    def county(self) -> shapely.Geometry:
        """The union of all communities."""
        return shapely.coverage_union_all([one.geometry for one in self.communities])


def build_land(county: County, counts: list[tuple[int, int]], radii_m: list[float], rng: random.Random) -> Land:
    """The ground of ``county``.

    Parameters
    ----------
    counts
        Neighbourhoods and villages of each town.
    radii_m
        Built-up radius of each town; villages lie outside it.

    Raises
    ------
    RuntimeError
        No tiling came out, which a different seed would cure.
    """
    ring = outline_ring(county.cell)
    plane = shapely.Polygon(_to_plane(ring))
    inner = plane.buffer(-900 * _METRE)
    for _ in range(ATTEMPTS):
        seats = _seats(county, rng)
        points, owners = _seeds(seats, counts, radii_m, inner, rng)
        faces = _split(ring, plane, points)
        if faces is not None:
            return Land(_degrees(ring), tuple(_lonlat(seat) for seat in seats), _communities(county, points, owners, faces))
    raise RuntimeError(f"no tiling of {county.code} came out; choose another seed")


def outline_ring(cell: tuple[int, int]) -> list[tuple[int, int]]:
    """The county outline of a cell of the block, open ring, counter-clockwise, in 1e-7 degrees."""
    corners = [_unit(x, y) for x, y in ((_A, 0), (1, _B), (1, _C), (1 - _A, 1), (0, 1 - _B), (0, 1 - _C))]
    p1, p2, p3, p4, p5, p6 = corners
    rng = random.Random("outline")  # noqa: S311 - repeatable, not secret
    bottom, right, top = (_wobble(start, end, rng) for start, end in ((p1, p2), (p2, p3), (p3, p4)))
    # The opposite side is the same line shifted: that is what lets the outline tile.
    parts = (bottom, right, top, _shifted(bottom[::-1], p2, p4), _shifted(right[::-1], p3, p5), _shifted(top[::-1], p4, p6))
    shift = _cell_shift(cell, corners)
    return [(x + shift[0], y + shift[1]) for part in parts for x, y in part[:-1]]


def _unit(x: float, y: float) -> tuple[int, int]:
    west, south, east, north = BOX
    span = 1 - 2 * MARGIN
    return (round((west + (east - west) * (MARGIN + span * x)) * GRAIN), round((south + (north - south) * (MARGIN + span * y)) * GRAIN))


def _cell_shift(cell: tuple[int, int], corners: list[tuple[int, int]]) -> tuple[int, int]:
    p1, p2, p3, p4, p5, p6 = corners
    column, row = cell
    # Both rows lean west, which keeps the block inside the 3-degree zone.
    lean = (p5[0] - p1[0], p5[1] - p1[1]) if row > 0 else (p3[0] - p6[0] + p4[0] - p3[0], p4[1] - p6[1])
    return (column * (p2[0] - p6[0]) + row * lean[0], column * (p2[1] - p6[1]) + row * lean[1])


def _shifted(points: list, old: tuple[int, int], new: tuple[int, int]) -> list[tuple[int, int]]:
    return [(x + new[0] - old[0], y + new[1] - old[1]) for x, y in points]


def _wobble(start: tuple[int, int], end: tuple[int, int], rng: random.Random) -> list[tuple[int, int]]:
    """Points from start to end about 350 m apart, moved aside by less than the margin of the box."""
    points = [start, end]
    strength = 0.05
    while math.dist(points[0], points[1]) > 500 * _METRE:
        finer = [points[0]]
        for one, two in zip(points, points[1:], strict=False):
            aside = rng.uniform(-strength, strength)
            middle = (round((one[0] + two[0]) / 2 - aside * (two[1] - one[1])), round((one[1] + two[1]) / 2 + aside * (two[0] - one[0])))
            finer += [middle, two]
        points = finer
        strength = min(0.16, strength * 1.3)
    return points


def _to_plane(points: list) -> list[tuple[float, float]]:
    return [(x * _SQUEEZE, float(y)) for x, y in points]


def _seats(county: County, rng: random.Random) -> list[tuple[int, int]]:
    base = outline_ring((0, 0))[0]
    moved = outline_ring(county.cell)[0]
    jitter = 0 if county.number == 0 else 900 * _METRE
    return [
        (
            round(town.lon * GRAIN + rng.uniform(-jitter, jitter)) + moved[0] - base[0],
            round(town.lat * GRAIN + rng.uniform(-jitter, jitter)) + moved[1] - base[1],
        )
        for town in county.towns
    ]


def _seeds(seats: list, counts: list, radii_m: list[float], inner: shapely.Geometry, rng: random.Random) -> tuple[list, list]:
    plane_seats = _to_plane(seats)
    cells = _cells(plane_seats, inner)
    points: list[tuple[float, float]] = []
    owners: list[tuple[int, bool]] = []
    for index, (near, far) in enumerate(counts):
        centre = plane_seats[index]
        points += _neighbourhood_seeds(centre, near, radii_m[index], rng)
        points += _village_seeds(cells[index], centre, far, (radii_m[index] + 700) * _METRE, rng)
        owners += [(index, False)] * near + [(index, True)] * far
    return points, owners


def _cells(points: list, limit: shapely.Geometry) -> list[shapely.Geometry]:
    """The Voronoi cell of each point inside ``limit``, in the order of the points."""
    if len(points) == 1:
        return [limit]
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=limit.envelope, ordered=True)
    return list(shapely.intersection(np.array(cells.geoms), limit))


def _neighbourhood_seeds(centre: tuple[float, float], count: int, radius_m: float, rng: random.Random) -> list:
    """A sunflower round the seat: even, and no two alike."""
    turn = rng.uniform(0, 2 * math.pi)
    reach = radius_m * _METRE
    placed = []
    for index in range(count):
        far = reach * math.sqrt((index + 0.3) / count) * rng.uniform(0.93, 1.0)
        angle = turn + index * 2.399963
        placed.append((centre[0] + far * math.cos(angle), centre[1] + far * math.sin(angle)))
    return placed


def _village_seeds(cell: shapely.Geometry, centre: tuple[float, float], count: int, clear: float, rng: random.Random) -> list:
    ground = cell.difference(shapely.Point(centre).buffer(clear))
    west, south, east, north = ground.bounds
    points: list[tuple[float, float]] = []
    while len(points) < count:
        point = (rng.uniform(west, east), rng.uniform(south, north))
        if shapely.contains_xy(ground, *point):
            points.append(point)
    for _ in range(4 if count > 1 else 0):
        # Moving each seed to the middle of its cell evens the villages out.
        points = [(part.centroid.x, part.centroid.y) for part in _cells(points, ground)]
    return [_pushed(point, centre, clear) for point in points]


def _pushed(point: tuple[float, float], centre: tuple[float, float], clear: float) -> tuple[float, float]:
    far = math.dist(point, centre)
    if far >= clear or far == 0:
        return point
    return (centre[0] + (point[0] - centre[0]) * clear / far, centre[1] + (point[1] - centre[1]) * clear / far)


def _split(ring: list, plane: shapely.Polygon, seeds: list) -> list | None:
    """Faces of the outline by seed (lists of polygons in degrees); None where borders would cross."""
    edges = _inner_edges(ring, plane, seeds)
    border = list(zip(ring, ring[1:] + ring[:1], strict=True))
    lines = shapely.linestrings(np.array([*border, *edges], dtype=float) / GRAIN)
    faces, cuts, dangles, invalid = shapely.polygonize_full(lines)
    if any(len(part.geoms) for part in (cuts, dangles, invalid)):
        return None
    owners = _owners(list(faces.geoms), seeds)
    whole = _degrees(ring).area
    if {*owners} != {*range(len(seeds))} or abs(sum(face.area for face in faces.geoms) - whole) > whole * 1e-12:
        return None
    split: list[list] = [[] for _ in seeds]
    for face, owner in zip(faces.geoms, owners, strict=True):
        split[owner].append(face)
    merged = [shapely.coverage_union_all(parts) if len(parts) > 1 else parts[0] for parts in split]
    return merged if shapely.coverage_is_valid(merged) else None


def _owners(faces: list, seeds: list) -> list[int]:
    tree = shapely.STRtree(shapely.points(np.array(seeds)))
    spots = np.array([shapely.get_coordinates(face.representative_point())[0] for face in faces]) * [GRAIN * _SQUEEZE, GRAIN]
    owners = [int(index) for index in tree.nearest(shapely.points(spots))]
    points = shapely.points(np.array(seeds) / [GRAIN * _SQUEEZE, GRAIN])
    # A face that holds a seed belongs to it, wherever its inner point lies.
    held = shapely.STRtree(faces).query(points, predicate="within")
    for seed, face in zip(*held, strict=True):
        owners[int(face)] = int(seed)
    return owners


def _inner_edges(ring: list, plane: shapely.Polygon, seeds: list) -> list:
    """Borders between cells as pairs of points; where one meets the outline it ends on a point of the outline."""
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=plane.envelope, only_edges=False)
    pairs: set[tuple] = set()
    for cell in cells.geoms:
        points = [(round(x / _SQUEEZE), round(y)) for x, y in cell.exterior.coords]
        pairs.update(tuple(sorted(pair)) for pair in zip(points, points[1:], strict=False) if pair[0] != pair[1])
    corners = shapely.STRtree(shapely.points(np.array(_to_plane(ring))))
    shapely.prepare(plane)
    edges: set[tuple] = set()
    for one, two in sorted(pairs):
        line = shapely.LineString(_to_plane([one, two]))
        if plane.contains_properly(line):
            edges.add((one, two))
        elif plane.intersects(line):
            edges.update(_trimmed(line, (one, two), plane, ring, corners))
    return sorted(edges)


def _trimmed(line: shapely.LineString, ends: tuple, plane: shapely.Polygon, ring: list, corners: shapely.STRtree) -> list:
    originals = dict(zip(_to_plane(ends), ends, strict=True))
    kept = []
    for part in shapely.get_parts(plane.intersection(line)):
        if part.length < 1:
            continue
        one, two = (originals.get(point) or ring[int(corners.nearest(shapely.Point(point)))] for point in (part.coords[0], part.coords[-1]))
        if one != two:
            kept.append(tuple(sorted((one, two))))
    return kept


def _communities(county: County, points: list, owners: list, faces: list) -> tuple[Community, ...]:
    made = []
    serial: dict[tuple[int, bool], int] = {}
    for point, (town, is_village), face in zip(points, owners, faces, strict=True):
        number = serial[town, is_village] = serial.get((town, is_village), 0) + 1
        made.append(_community(county, town, is_village, number, (point[0] / _SQUEEZE / GRAIN, point[1] / GRAIN), face))
    return tuple(made)


def _community(county: County, index: int, is_village: bool, number: int, seed: tuple[float, float], face: shapely.Geometry) -> Community:
    town = county.towns[index]
    name = f"{town.name_zh}{number:02d}村" if is_village else f"{town.name_zh}{number:02d}社区"
    english = f"{town.name_en} {'Village' if is_village else 'Neighbourhood'} {number:02d}"
    return Community(index, f"{town.code}{number + (200 if is_village else 0):03d}", name, english, is_village, seed, face)


def _degrees(ring: list) -> shapely.Polygon:
    return shapely.Polygon(np.array(ring, dtype=float) / GRAIN)


def _lonlat(point: tuple[int, int]) -> tuple[float, float]:
    return (point[0] / GRAIN, point[1] / GRAIN)


__all__ = ["SEAT", "Community", "Land", "build_land", "outline_ring"]
