"""The networks of each speciality as graphs, and what can be said of their shape."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy
from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.topology.graph_cache import keep_graph
from app.topology.mesh import Mesh, find_weakness, make_mesh
from app.topology.statements import query

# Speciality -> the statements that read its nodes and edges.
NETWORKS = {"transmission": "net_transmission", "route": "net_route", "fibre": "net_cables", "copper": "net_cables", "power": "net_power"}


@dataclass(frozen=True, eq=False)
class NamedMesh:
    """A mesh with what its nodes and edges are called, by place."""

    mesh: Mesh
    node_names: Sequence[str]
    edge_names: Sequence[str]


@dataclass(frozen=True)
class GraphFacts:
    """The shape of a network.

    Attributes
    ----------
    pairs
        Pairs of different nodes that an edge joins.
    bridges
        Edges whose loss alone parts the network.
    thin_pairs
        Bundles of edges between two nodes that nothing else holds together; a bundle of one is a bridge.
    cut_nodes
        Nodes whose loss parts the network.
    length_km
        Of the edges whose length is known; ``unknown_lengths`` counts the others.
    """

    speciality: str
    nodes: int
    edges: int
    pairs: int
    self_loops: int
    isolated: int
    components: int
    largest: int
    bridges: tuple[str, ...]
    thin_pairs: tuple[tuple[str, ...], ...]
    cut_nodes: tuple[str, ...]
    length_km: float
    unknown_lengths: int


def get_network(session: Session, region_id: int, speciality: str) -> NamedMesh:
    """The network of a speciality, from two statements, kept by version.

    Raises
    ------
    InputError
        ``SPECIALITY_UNKNOWN``.
    """
    if speciality not in NETWORKS:
        raise InputError(
            "SPECIALITY_UNKNOWN", f"there is no network of {speciality}", found=speciality, expected=", ".join(NETWORKS),
            next_step="choose one of these",
        )  # fmt: skip
    return keep_graph(session, region_id, _BUILDERS[speciality])


def graph_facts(session: Session, region_id: int, speciality: str) -> GraphFacts:
    """What can be said of the shape of a speciality's network.

    Raises
    ------
    InputError
        As `get_network`.
    """
    network = get_network(session, region_id, speciality)
    mesh, weakness = network.mesh, find_weakness(network.mesh)
    is_loop = mesh.tails == mesh.heads
    joined = numpy.union1d(mesh.tails[~is_loop], mesh.heads[~is_loop])
    pairs = {(min(a, b), max(a, b)) for a, b in mesh.ends if a != b}
    known = ~numpy.isnan(mesh.metres)
    name = network.edge_names.__getitem__
    return GraphFacts(
        speciality,
        len(mesh.nodes),
        len(mesh.edges),
        len(pairs),
        int(is_loop.sum()),
        len(mesh.nodes) - len(joined),
        len(weakness.components),
        len(weakness.components[0]) if weakness.components else 0,
        tuple(sorted(map(name, weakness.bridges))),
        tuple(sorted(tuple(sorted(map(name, edges))) for edges in weakness.thin_pairs)),
        tuple(sorted(network.node_names[place] for place in weakness.cut_nodes)),
        float(mesh.metres[known].sum()) / 1000,
        int((~known).sum()),
    )


def _build(session: Session, region_id: int, *, speciality: str) -> NamedMesh:
    given, name = {"region_id": region_id, "speciality": speciality}, NETWORKS[speciality]
    nodes = dict(session.execute(query(f"{name}_nodes"), given).all())
    edges = [row for row in session.execute(query(name), given) if row.tail in nodes and row.head in nodes]
    metres = [numpy.nan if row.metres is None else row.metres for row in edges]
    mesh = make_mesh(list(nodes), [row.id for row in edges], [row.tail for row in edges], [row.head for row in edges], metres)
    return NamedMesh(mesh, [nodes[key] for key in mesh.nodes.tolist()], [row.code for row in edges])


def _builder(speciality: str):
    """A builder that keeps its own place among the graphs that are kept."""
    build = partial(_build, speciality=speciality)
    build.__module__, build.__qualname__ = __name__, f"build_{speciality}"
    return build


_BUILDERS = {speciality: _builder(speciality) for speciality in NETWORKS}
