"""Roads as part of the route graph: where new ducts may be dug, with handholes along them, joined to the structures beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians
from pathlib import Path

import numpy
import shapely
from pyproj import Geod
from shapely import STRtree
from shapely.ops import substring
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.engineering.tables import read_table
from app.network.statements import statement
from app.planning.price_book import price
from app.topology.mesh import Mesh
from app.topology.paths import Net, find_way
from app.topology.route_graph import LIMITS, PRICES, RouteGraph

FOLDER = Path(__file__).parent
# The kind of what is not there: a handhole or a section of ducts along a road.
NEW = "new"
_GEOD = Geod(ellps="GRS80")
_DEGREE_M = 111_320.0
# Lines are joined at places a centimetre apart.
_GRAIN_M = 0.01


@dataclass(frozen=True)
class RoadLimit:
    """A row of ``road_limits.csv``."""

    name: str
    value: float
    unit: str
    meaning: str
    source: str


@cache
def limit(name: str) -> float:
    """A limit by its name, in m."""
    return next(row.value for row in read_table("road_limits.csv", RoadLimit, FOLDER) if row.name == name)


@dataclass(frozen=True, eq=False)
class RoadGraph(RouteGraph):
    """The route graph with what could be built along roads after it: structures and sections of the kind `NEW`, keys below 0.

    Attributes
    ----------
    lines
        Lon and lat along each new section, EPSG:4490, from its tail to its head; the first new section is ``first_edge``.
    """

    lines: Sequence[numpy.ndarray] = ()
    first_edge: int = 0


def read_roads(session: Session, region_id: int, box: tuple[float, float, float, float]) -> list[shapely.LineString]:
    """The roads that meet a box (west, south, east, north), EPSG:4490. One statement."""
    given = dict(zip(("west", "south", "east", "north"), box, strict=True))
    rows = session.execute(text(statement("roads_in_box", FOLDER / "sql")), {"region_id": region_id, **given}).scalars()
    return [shapely.from_wkb(bytes(row)) for row in rows]


def box_around(lon: Sequence[float], lat: Sequence[float]) -> tuple[float, float, float, float]:
    """The box of some places, wider on all sides by the limit ``around_m``."""
    high = limit("around_m") / _DEGREE_M
    wide = high / cos(radians(float(numpy.mean(lat))))
    return float(min(lon)) - wide, float(min(lat)) - high, float(max(lon)) + wide, float(max(lat)) + high


def with_roads(graph: RouteGraph, roads: Sequence[shapely.LineString], *, is_beside_kept: bool = False) -> RoadGraph:
    """The graph with new sections along roads, and with short ones to the structures beside them.

    Places of what is there stay as they are. Roads that cross meet, whether a point is drawn there or not.

    Parameters
    ----------
    is_beside_kept
        True: also where ducts lie beside the road already.
    """
    if not roads:
        return _extend(graph, numpy.empty((0, 2)), [], [])
    scale = cos(radians(shapely.get_coordinates(roads)[:, 1].mean()))
    flat = numpy.array([scale * _DEGREE_M, _DEGREE_M])
    parts = _split(shapely.transform(numpy.array(roads, dtype=object), lambda spots: spots * flat))
    standing = numpy.flatnonzero(graph.is_standing & numpy.isfinite(graph.lon))
    spots = numpy.column_stack([graph.lon, graph.lat]) * flat
    if not is_beside_kept:
        parts = parts[~_beside(graph, spots, parts)]
    ends = numpy.round(numpy.array([[part.coords[0], part.coords[-1]] for part in parts]).reshape(-1, 2), 2)
    places, ids = numpy.unique(ends, axis=0, return_inverse=True)
    ids = ids.reshape(-1, 2)
    stands_for, leads = _join(places, spots, standing)
    # New places are numbered after the structures; those for which a structure stands are left out.
    rest = numpy.flatnonzero(stands_for < 0)
    number = stands_for.copy()
    number[rest] = len(graph.mesh.nodes) + numpy.arange(len(rest))
    rows = [(int(number[a]), int(number[z]), numpy.asarray(part.coords)) for (a, z), part in zip(ids.tolist(), parts, strict=True)]
    rows += [(int(node), int(number[place]), numpy.array([spots[node], places[place]])) for node, place in leads]
    kept = [(a, z, line) for a, z, line in rows if a != z]
    return _extend(graph, places[rest] / flat, [(a, z) for a, z, _ in kept], [line / flat for *_, line in kept])


def _split(roads: numpy.ndarray) -> numpy.ndarray:
    """Roads in m, parted where they meet and then at least at every spacing."""
    whole = shapely.unary_union(shapely.GeometryCollection([*roads, *_closed_gaps(roads)]), grid_size=_GRAIN_M)
    lines = [line for line in shapely.get_parts(shapely.line_merge(whole)) if line.length > 0]
    found = []
    for line in lines:
        count = int(numpy.ceil(line.length / limit("spacing_m")))
        cuts = numpy.linspace(0, line.length, count + 1)
        found += [line] if count == 1 else [substring(line, *cut) for cut in zip(cuts, cuts[1:], strict=False)]
    return numpy.array(found, dtype=object)


def _closed_gaps(roads: numpy.ndarray) -> list[shapely.LineString]:
    """Short lines from ends of roads to roads that they almost reach."""
    ends = shapely.points([spot for road in roads for spot in (road.coords[0], road.coords[-1])])
    which, others = STRtree(roads).query(ends, predicate="dwithin", distance=limit("same_m"))
    gaps = [shapely.shortest_line(ends[end], roads[other]) for end, other in zip(which, others, strict=True) if end // 2 != other]
    return [gap for gap in gaps if gap.length > 0]


def _beside(graph: RouteGraph, spots: numpy.ndarray, parts: numpy.ndarray) -> numpy.ndarray:
    """True for each part that runs along a sound section of ducts, as the crow flies between its structures."""
    is_duct = numpy.array([kind not in LIMITS for kind in graph.section_kinds], dtype=bool) & graph.is_sound
    ends = numpy.stack([spots[graph.mesh.tails[is_duct]], spots[graph.mesh.heads[is_duct]]], axis=1)
    tree = STRtree(shapely.linestrings(ends) if len(ends) else [])
    found = numpy.ones(len(parts), dtype=bool)
    for share in (0.0, 0.5, 1.0):
        along = shapely.line_interpolate_point(parts, share, normalized=True)
        is_near = numpy.zeros(len(parts), dtype=bool)
        is_near[tree.query(along, predicate="dwithin", distance=limit("beside_m"))[0]] = True
        found &= is_near
    return found


def _join(places: numpy.ndarray, spots: numpy.ndarray, standing: numpy.ndarray) -> tuple[numpy.ndarray, list[tuple[int, int]]]:
    """For each place on a road the structure that stands there, else -1; and the other structures, each with the place it is joined to."""
    stands_for = numpy.full(len(places), -1, dtype=numpy.int64)
    if not len(places) or not len(standing):
        return stands_for, []
    near, metres = STRtree(shapely.points(places)).query_nearest(
        shapely.points(spots[standing]), max_distance=limit("join_m"), return_distance=True, all_matches=False
    )
    leads = []
    for place in numpy.argsort(metres, kind="stable").tolist():
        node, at = int(standing[near[0][place]]), int(near[1][place])
        if metres[place] <= limit("same_m") and stands_for[at] < 0:
            stands_for[at] = node
        elif metres[place] > _GRAIN_M:
            leads.append((node, at))
    return stands_for, leads


def _extend(graph: RouteGraph, places: numpy.ndarray, ends: list[tuple[int, int]], lines: list[numpy.ndarray]) -> RoadGraph:
    mesh, count, new = graph.mesh, len(places), len(ends)
    tails, heads = numpy.array(ends, dtype=numpy.int64).reshape(-1, 2).T
    metres = numpy.array([_GEOD.line_length(line[:, 0], line[:, 1]) for line in lines], dtype=numpy.float64)
    larger = Mesh(
        numpy.concatenate([mesh.nodes, -1 - numpy.arange(count, dtype=numpy.int64)]),
        numpy.concatenate([mesh.edges, -1 - numpy.arange(new, dtype=numpy.int64)]),
        numpy.concatenate([mesh.tails, tails]),
        numpy.concatenate([mesh.heads, heads]),
        numpy.concatenate([mesh.metres, metres]),
    )
    none = numpy.zeros(new, dtype=numpy.int32)
    return RoadGraph(
        larger,
        [*graph.structure_codes, *[""] * count],
        [*graph.structure_kinds, *[NEW] * count],
        [*graph.section_codes, *[""] * new],
        [*graph.section_kinds, *[NEW] * new],
        numpy.concatenate([graph.lon, places[:, 0]]),
        numpy.concatenate([graph.lat, places[:, 1]]),
        numpy.concatenate([graph.is_standing, numpy.ones(count, dtype=bool)]),
        numpy.concatenate([graph.is_sound, numpy.ones(new, dtype=bool)]),
        numpy.concatenate([graph.free_ducts, none]),
        numpy.concatenate([graph.free_subducts, none]),
        numpy.concatenate([graph.cables, none]),
        numpy.concatenate([graph.room, none]),
        lines,
        len(mesh.edges),
    )


def is_new(kinds: Sequence[str]) -> numpy.ndarray:
    """True for each structure or section that is not there yet."""
    return numpy.array([kind == NEW for kind in kinds], dtype=bool)


def price_handholes(graph: RouteGraph, covered: numpy.ndarray) -> numpy.ndarray:
    """Fen for the handhole that each new section brings, at its end away from what is there.

    A tree that hangs from what is there has as many new sections as handholes. A way that comes back to a structure has one section
    more, so it is counted a handhole too dear.

    Parameters
    ----------
    covered
        True for each new place where another design builds a handhole already.
    """
    is_wanted = is_new(graph.structure_kinds) & ~covered
    brings = is_new(graph.section_kinds) & (is_wanted[graph.mesh.tails] | is_wanted[graph.mesh.heads])
    return numpy.where(brings, price("handhole").fen_each, 0)


@dataclass(frozen=True, eq=False)
class NewDuct:
    """A duct along roads from one structure to another: m of ground, handholes, fen for ducts, handholes and cable, and lon and lat."""

    metres: float
    handholes: int
    fen: int
    line: numpy.ndarray


def find_new_duct(graph: RouteGraph, roads: Sequence[shapely.LineString], start: int, goal: int) -> NewDuct | None:
    """The cheapest duct along roads between two structures (places), also where ducts lie beside; None where no road joins them."""
    wide = with_roads(graph, roads, is_beside_kept=True)
    is_road = is_new(wide.section_kinds)
    fen = wide.mesh.metres * (price("duct").fen_per_m + PRICES["pull"].fen_per_m)
    fen = fen + price_handholes(wide, numpy.zeros(len(wide.mesh.nodes), dtype=bool))
    way = find_way(Net(wide.mesh, numpy.where(is_road, fen, numpy.inf).tolist()), start, goal)
    if way is None:
        return None
    lines = []
    for edge, node in zip(way.edges, way.nodes, strict=False):
        line = wide.lines[edge - wide.first_edge]
        lines.append(line if wide.mesh.ends[edge][0] == node else line[::-1])
    handholes = sum(wide.structure_kinds[node] == NEW for node in way.nodes)
    cost = way.metres * (price("duct").fen_per_m + PRICES["pull"].fen_per_m) + handholes * price("handhole").fen_each
    return NewDuct(way.metres, handholes, round(cost), numpy.concatenate(lines))
