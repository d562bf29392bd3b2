"""The route graph: structures, the sections between them, and where there is room for one more cable."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy
from pyproj import Geod
from shapely import STRtree, points
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.engineering.tables import read_table
from app.topology.graph_cache import keep_graph
from app.topology.mesh import Mesh, make_mesh
from app.topology.statements import FOLDER, query

_GEOD = Geod(ellps="GRS80")
_DEGREE_M = 111_320.0
# States in which plant carries: what is planned is not there yet, what is faulty can't be claimed (K15).
STANDING, SOUND = ("in_service", "built", "pending_removal"), ("ok", "degraded")


@dataclass(frozen=True)
class SectionLimit:
    """How many cables a section of a kind without ducts takes."""

    kind: str
    most_cables: int
    source: str


@dataclass(frozen=True)
class BuildPrice:
    """What a kind of work costs, in fen per metre and for each piece."""

    work: str
    fen_per_m: int
    fen_each: int
    meaning: str
    source: str


LIMITS: Mapping[str, int] = {row.kind: row.most_cables for row in read_table("section_limits.csv", SectionLimit, FOLDER)}
PRICES: Mapping[str, BuildPrice] = {row.work: row for row in read_table("build_prices.csv", BuildPrice, FOLDER)}


@dataclass(frozen=True, eq=False)
class RouteGraph:
    """Structures as nodes, sections as edges.

    Attributes
    ----------
    structure_codes, structure_kinds, section_codes, section_kinds
        By place in the mesh.
    lon, lat
        Of each structure, EPSG:4490.
    is_standing
        True for each structure that is there and sound.
    is_sound
        True for each section that is there and sound, between such structures.
    free_ducts, free_subducts, cables
        Of each section; planned ones count neither way.
    room
        Places for one more cable in each section: free ducts and subducts, or by kind what is left of the limit.
    """

    mesh: Mesh
    structure_codes: Sequence[str]
    structure_kinds: Sequence[str]
    section_codes: Sequence[str]
    section_kinds: Sequence[str]
    lon: numpy.ndarray
    lat: numpy.ndarray
    is_standing: numpy.ndarray
    is_sound: numpy.ndarray
    free_ducts: numpy.ndarray
    free_subducts: numpy.ndarray
    cables: numpy.ndarray
    room: numpy.ndarray


def get_route_graph(session: Session, region_id: int) -> RouteGraph:
    """The region's route graph, from two statements, kept by version."""
    return keep_graph(session, region_id, build_route_graph)


def build_route_graph(session: Session, region_id: int) -> RouteGraph:
    """The route graph from the rows as they are now."""
    structures = session.execute(query("route_structures"), {"region_id": region_id}).all()
    sections = session.execute(query("route_sections"), {"region_id": region_id}).all()
    keys = {row.id for row in structures}
    sections = [row for row in sections if row.a_structure_id in keys and row.z_structure_id in keys]
    mesh = make_mesh(
        [row.id for row in structures],
        [row.id for row in sections],
        [row.a_structure_id for row in sections],
        [row.z_structure_id for row in sections],
        [row.length_m for row in sections],
    )
    stands = numpy.array([_stands(row) for row in structures], dtype=bool)
    sound = numpy.array([_stands(row) for row in sections], dtype=bool)
    free_ducts, free_subducts, cables = (
        numpy.array([getattr(row, name) for row in sections], dtype=numpy.int32) for name in ("free_ducts", "free_subducts", "cables")
    )
    left = numpy.array([LIMITS.get(row.kind, 0) for row in sections], dtype=numpy.int32) - cables
    return RouteGraph(
        mesh,
        [row.code for row in structures],
        [row.kind for row in structures],
        [row.code for row in sections],
        [row.kind for row in sections],
        numpy.array([row.lon for row in structures]),
        numpy.array([row.lat for row in structures]),
        stands,
        sound & stands[mesh.tails] & stands[mesh.heads] if len(sections) else sound,
        free_ducts,
        free_subducts,
        cables,
        free_ducts + free_subducts + numpy.maximum(left, 0),
    )


@dataclass(frozen=True, eq=False)
class SectionCables:
    """Which cables (keys) lie in each section, by place, and what the cables are called."""

    held: Sequence[frozenset[int]]
    codes: Mapping[int, str]


def get_section_cables(session: Session, region_id: int) -> SectionCables:
    """What lies in the sections of the route graph, from two statements, kept by version."""
    return keep_graph(session, region_id, build_section_cables)


def build_section_cables(session: Session, region_id: int) -> SectionCables:
    """As `get_section_cables`, from the rows as they are now."""
    places = get_route_graph(session, region_id).mesh.edge_places
    held: list[set[int]] = [set() for _ in places]
    for section, cable in session.execute(query("route_cables"), {"region_id": region_id}):
        if section in places:
            held[places[section]].add(cable)
    codes = session.execute(text("SELECT id, code FROM cable WHERE region_id = :region_id"), {"region_id": region_id})
    return SectionCables([frozenset(cables) for cables in held], dict(codes.all()))


def with_digs(graph: RouteGraph, most_m: float) -> Mesh:
    """The mesh with an edge, its key below 0, between any two standing structures at most so far apart that no sound section joins.

    Lengths are geodesic, in m. The edges of the graph keep their places; the new ones follow.
    """
    mesh, standing = graph.mesh, numpy.flatnonzero(graph.is_standing)
    if most_m <= 0 or not len(standing):
        return mesh
    scale = numpy.cos(numpy.radians(graph.lat[standing].mean()))
    x, y = graph.lon[standing] * scale * _DEGREE_M, graph.lat[standing] * _DEGREE_M
    spots = points(x, y)
    # A degree differs by some parts in a thousand from place to place, so a little more is caught and measured.
    left, right = STRtree(spots).query(spots, predicate="dwithin", distance=most_m * 1.05)
    tails, heads = standing[left[left < right]], standing[right[left < right]]
    count = len(mesh.nodes)
    joined = (numpy.minimum(mesh.tails, mesh.heads) * count + numpy.maximum(mesh.tails, mesh.heads))[graph.is_sound]
    is_new = ~numpy.isin(numpy.minimum(tails, heads) * count + numpy.maximum(tails, heads), joined)
    tails, heads = tails[is_new], heads[is_new]
    metres = numpy.asarray(_GEOD.inv(graph.lon[tails], graph.lat[tails], graph.lon[heads], graph.lat[heads])[2], dtype=numpy.float64)
    is_near = (metres <= most_m) & (metres > 0)
    tails, heads, metres = tails[is_near], heads[is_near], metres[is_near]
    return Mesh(
        mesh.nodes,
        numpy.concatenate([mesh.edges, -1 - numpy.arange(len(tails), dtype=numpy.int64)]),
        numpy.concatenate([mesh.tails, tails]),
        numpy.concatenate([mesh.heads, heads]),
        numpy.concatenate([mesh.metres, metres]),
    )


def _stands(row) -> bool:
    return row.life in STANDING and row.health in SOUND
