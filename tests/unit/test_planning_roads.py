"""Roads in the route graph: where they meet, what stands beside them, and designs of a quarter without ducts against every choice."""

from itertools import combinations
from math import cos, radians

import networkx
import numpy
import pytest
from shapely import LineString

from app.planning.fibre.boxes import Demand
from app.planning.fibre.design import Wish, design_areas, design_fibre, new_places
from app.planning.fibre.naming import name_new
from app.planning.price_book import price
from app.planning.roads import NEW, find_new_duct, limit, with_roads
from app.topology.mesh import make_mesh
from app.topology.route_graph import PRICES, RouteGraph

EAST_M, NORTH_M = 111_320 * cos(radians(30)), 110_861.0


def at(x: float, y: float) -> tuple[float, float]:
    """Lon and lat so many m east and north of the office."""
    return 112 + x / EAST_M, 30 + y / NORTH_M


def road(*spots: tuple[float, float]) -> LineString:
    return LineString([at(*spot) for spot in spots])


def town(*spots: tuple[float, float], kind: str = "duct_section", free: int = 1) -> RouteGraph:
    """Structures in a row, each joined to the next by a section; the first is the office."""
    count = len(spots)
    lon, lat = numpy.array([at(*spot) for spot in spots]).T
    steps = [float(numpy.hypot(*numpy.subtract(a, b))) for a, b in zip(spots, spots[1:], strict=False)]
    mesh = make_mesh(range(1, count + 1), range(11, 10 + count), range(1, count), range(2, count + 1), steps)
    holes = numpy.full(count - 1, free, dtype=numpy.int32)
    codes, kinds = ([f"{letter}-{no}" for no in range(count)] for letter in "SD"), ["building"] + ["manhole"] * (count - 1)
    structures, sections = codes
    return RouteGraph(mesh, structures, kinds, sections[1:], [kind] * (count - 1), lon, lat,
                      numpy.ones(count, dtype=bool), numpy.ones(count - 1, dtype=bool), holes, 0 * holes, 0 * holes, holes)  # fmt: skip


def test_roads_that_cross_meet_and_have_handholes_so_often():
    """Two roads of 120 m that cross in their middles: four arms of 60 m, each of two stretches."""
    found = with_roads(town((500, 500), (600, 500)), [road((-60, 0), (60, 0)), road((0, -60), (0, 60))])
    assert len(found.mesh.nodes) == 2 + 9 and len(found.mesh.edges) == 1 + 8 and found.first_edge == 1
    assert found.mesh.metres[1:] == pytest.approx(30, abs=0.3)
    assert sorted(numpy.bincount(found.mesh.tails[1:], minlength=11) + numpy.bincount(found.mesh.heads[1:], minlength=11))[-1] == 4
    for line, (tail, head) in zip(found.lines, found.mesh.ends[1:], strict=True):
        ends = [(found.lon[node], found.lat[node]) for node in (tail, head)]
        assert numpy.abs(line[[0, -1]] - ends).max() < 1e-6


def test_a_road_that_almost_reaches_another_meets_it():
    found = with_roads(town((500, 500), (600, 500)), [road((-40, 0), (40, 0)), road((0, 2), (0, 40))])
    assert networkx.number_connected_components(found.mesh.to_networkx(range(1, len(found.mesh.edges)))) == 1


def test_what_stands_beside_a_road_is_joined_or_stands_for_its_handhole():
    """A structure on the road's end stands for the handhole; one 30 m aside is joined by 30 m; one 60 m aside is not."""
    poles = town((0, 0), (50, 30), (100, 60), kind="pole_span")
    found = with_roads(poles, [road((0, 1), (100, 1))])
    assert [(found.structure_kinds[node]) for node in range(3, len(found.mesh.nodes))] == [NEW, NEW]
    new = [(tail, head, round(metres)) for (tail, head), metres in zip(found.mesh.ends[2:], found.mesh.metres[2:], strict=True)]
    assert sorted(new) == [(0, 3, 50), (1, 3, 29), (3, 4, 50)]


def test_no_new_duct_beside_ducts():
    ducts = town((0, 0), (100, 0))
    assert len(with_roads(ducts, [road((0, 5), (100, 5))]).lines) == 0
    assert len(with_roads(ducts, [road((0, 5), (100, 5))], is_beside_kept=True).lines) == 4
    assert len(with_roads(ducts, [road((0, 50), (100, 50))]).lines) == 2
    assert with_roads(ducts, []).lines == []


def cheapest(graph, root: int, sites: list[int]) -> float:
    """What the cheapest way to join the sites to the root costs, cable, ducts and handholes, by every choice of sections."""
    pull, duct, hole = PRICES["pull"].fen_per_m, price("duct").fen_per_m, price("handhole").fen_each
    edges, best = range(len(graph.mesh.edges)), numpy.inf
    for size in edges:
        for chosen in combinations(edges, size + 1):
            net = graph.mesh.to_networkx(chosen)
            if all(root in net and node in net and networkx.has_path(net, root, node) for node in sites):
                new = [edge for edge in chosen if graph.section_kinds[edge] == NEW]
                cost = sum(graph.mesh.metres[edge] * (pull + (duct if edge in new else 0)) for edge in chosen)
                best = min(best, cost + hole * len(new_places(graph, new)))
    return best


def test_the_tree_of_a_quarter_without_ducts_is_the_cheapest():
    """A ring road and a lane off it, joined to the last manhole; two houses at far corners."""
    ducts = town((0, 0), (100, 0))
    graph = with_roads(ducts, [road((100, 0), (100, 45), (145, 45)), road((100, 0), (145, 0), (145, 45)), road((145, 45), (190, 45))])
    found = design_fibre(graph, 0, [Demand("B-1", *at(192, 47), 5), Demand("B-2", *at(100, 47), 5)], Wish(30, seconds=5))
    assert found.unreached == () and sum(found.boxes.splitters.values()) == 2
    sites = list(found.boxes.splitters)
    assert all(graph.structure_kinds[node] == NEW for node in sites)
    assert found.tree.is_proved and 100 * found.tree.cost == pytest.approx(cheapest(graph, found.root, sites), rel=1e-9)
    bill = {(row.item, row.unit): row for row in found.bill}
    new = {edge for piece in found.cables.pieces() for edge in piece.edges if graph.section_kinds[edge] == NEW}
    assert bill["duct", "m"].count == pytest.approx(sum(graph.mesh.metres[edge] for edge in new))
    assert bill["handhole", "piece"].count == len(new_places(graph, new)) == len(new)
    named = name_new(graph, [found], "P")
    assert sorted(code for code in named.section_codes if code.startswith("P-GD")) == [f"P-GD{no:04d}" for no in range(1, len(new) + 1)]


def test_boxes_stand_in_what_is_there_where_it_is_near():
    """A house beside the manhole gets its box there; one along the road gets it on the road; without the road it is left out."""
    ducts, lane = town((0, 0), (100, 0)), [road((100, 0), (400, 0))]
    houses = [Demand("B-1", *at(100, 20), 5), Demand("B-2", *at(400, 20), 5)]
    graph = with_roads(ducts, lane)
    found = design_fibre(graph, 0, houses, Wish(100, seconds=5))
    assert [graph.structure_kinds[node] == NEW for node in found.boxes.splitters] == [False, True]
    assert 200 <= sum(graph.mesh.metres[edge] for edge in found.dug) <= 300
    without = design_fibre(with_roads(ducts, []), 0, houses, Wish(100, seconds=5))
    assert [one.code for one in without.unreached] == ["B-2"] and without.dug == ()


def test_two_areas_build_a_road_once():
    """What the first area has built is not built again; the second digs another hole and pays no handhole there."""
    graph = with_roads(town((0, 0), (100, 0)), [road((100, 0), (400, 0))])
    houses = [Demand(f"B-{no}", *at(400, 20 + no), 700) for no in range(2)]
    found = design_areas(graph, [1], houses, Wish(60, seconds=5))
    assert len(found) == 2
    counts = [{row.item: row.count for row in one.bill}.get("handhole", 0) for one in found]
    assert sum(counts) == len(new_places(graph, {edge for one in found for edge in one.dug}))
    assert limit("spacing_m") == 50


def test_a_new_duct_beside_a_full_one():
    """Beside a section of 100 m runs a road 5 m aside; a handhole stands every 50 m, and both ends are led to it."""
    full = town((0, 0), (100, 0), free=0)
    found = find_new_duct(full, [road((0, 5), (100, 5))], 0, 1)
    assert (round(found.metres), found.handholes) == (110, 3)
    per_m = price("duct").fen_per_m + PRICES["pull"].fen_per_m
    assert found.fen == pytest.approx(found.metres * per_m + 3 * price("handhole").fen_each, abs=1)
    assert found.line[[0, -1]] == pytest.approx(numpy.array([at(0, 0), at(100, 0)]))
    assert find_new_duct(full, [road((0, 500), (100, 500))], 0, 1) is None
