"""Codes for the handholes and sections that designs build along roads."""

from collections.abc import Sequence
from dataclasses import replace

from app.planning.fibre.design import FibreDesign, new_places
from app.planning.roads import NEW
from app.topology.route_graph import RouteGraph


def name_new(graph: RouteGraph, designs: Sequence[FibreDesign], prefix: str) -> RouteGraph:
    """The graph with codes for what the designs build, ``prefix`` and a number; the same sections always get the same codes."""
    edges = sorted({edge for design in designs for edge in design.dug if graph.section_kinds[edge] == NEW})
    structures, sections = list(graph.structure_codes), list(graph.section_codes)
    for number, node in enumerate(sorted(new_places(graph, edges)), 1):
        structures[node] = f"{prefix}-SJ{number:04d}"
    for number, edge in enumerate(edges, 1):
        sections[edge] = f"{prefix}-GD{number:04d}"
    return replace(graph, structure_codes=structures, section_codes=sections)
