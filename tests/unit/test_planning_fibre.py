"""FTTH design: boxes against every assignment of a few lines, cables on trees by hand and at random."""

import itertools

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from app.core.errors import InputError, RuleError
from app.planning.fibre.boxes import Demand, place_boxes, split_reach
from app.planning.fibre.cables import build_cables
from app.planning.fibre.design import MOST_LINES, Wish, design_fibre, split_areas
from app.planning.price_book import price
from app.topology.mesh import make_mesh
from app.topology.route_graph import RouteGraph

SPLITTER, BOX, DROP, DROP_M = (price("splitter_8").fen_each, price("fibre_box").fen_each, price("drop").fen_each, price("drop").fen_per_m)
SPOTS = numpy.array([[112.0, 30.0], [112.001, 30.0], [112.0, 30.001]])


def cost_of(lines: tuple[int, ...], homes: list[int], far: numpy.ndarray) -> float:
    """What it costs where each line of its building ends at a spot."""
    counts = [lines.count(spot) for spot in range(len(SPOTS))]
    splitters = [-(-count // 8) for count in counts]
    boxes = [-(-count // 3) for count in splitters]
    drops = sum(DROP + DROP_M * far[home, spot] for home, spot in zip(homes, lines, strict=True))
    return sum(splitters) * SPLITTER + sum(boxes) * BOX + drops


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 3)), min_size=1, max_size=3))
def test_boxes_are_as_cheap_as_any_assignment(told):
    demands = [Demand(f"B-{no}", 112.0 + x / 9000, 30.0 + y / 9000, lines) for no, (x, y, lines) in enumerate(told)]
    found = place_boxes(demands, SPOTS, 1000, 10)
    geod = Geod(ellps="GRS80")
    far = numpy.array([[geod.inv(one.lon, one.lat, *spot)[2] for spot in SPOTS] for one in demands])
    homes = [no for no, one in enumerate(demands) for _ in range(one.lines)]
    best = min(cost_of(lines, homes, far) for lines in itertools.product(range(len(SPOTS)), repeat=len(homes)))
    assert found.fen == pytest.approx(best, abs=2) and found.gap_ratio < 1e-4
    assert sum(drop.lines for drop in found.drops) == len(homes)
    assert all(sum(drop.lines for drop in found.drops if drop.spot == spot) <= 8 * count for spot, count in found.splitters.items())


def test_more_lines_than_a_box_has_take_more_boxes():
    found = place_boxes([Demand("B-1", 112.0, 30.0, 60)], SPOTS, 50, 10)
    assert (found.splitters, found.boxes) == ({0: 8}, {0: 3})


def test_areas_are_halved_until_a_cabinet_serves_them():
    demands = [Demand(f"B-{no}", 112.0 + no / 100, 30.0, 400) for no in range(8)]
    areas = split_areas(demands)
    assert sorted(one.code for area in areas for one in area) == [one.code for one in demands]
    assert all(len(area) == 1 or sum(one.lines for one in area) <= MOST_LINES for area in areas) and len(areas) == 4
    assert split_areas(demands[:1]) == [demands[:1]]


def test_what_can_not_be_served_is_told():
    with pytest.raises(RuleError) as far:
        place_boxes([Demand("B-1", 112.5, 30.0, 1)], SPOTS, 100, 10)
    assert (far.value.code, far.value.subject) == ("OUT_OF_REACH", "B-1")
    with pytest.raises(InputError) as nothing:
        place_boxes([], SPOTS, 100, 10)
    assert nothing.value.code == "NOTHING_WANTED"


def test_buildings_in_reach_are_told_from_the_others():
    near, far = split_reach([Demand("B-1", 112.0, 30.0, 1), Demand("B-2", 112.01, 30.0, 1)], SPOTS, 200)
    assert ([one.code for one in near], [one.code for one in far]) == (["B-1"], ["B-2"])
    assert split_reach([Demand("B-1", 112.0, 30.0, 1)], SPOTS[:0], 200)[0] == []


def test_cables_of_a_tree_by_hand():
    """0 - 1 - 2, where it parts to 3 (two strands) and 4 - 5 (three strands, of which one ends at 4): the cabinet stands at 2."""
    ends = [(0, 1), (1, 2), (2, 3), (2, 4), (4, 5)]
    found = build_cables(ends, range(5), 0, {3: 2, 4: 1, 5: 2}, 1)
    assert found.cabinet == 2
    assert [(piece.start, piece.end, piece.edges, piece.strands, piece.size) for piece in found.pieces()] == [
        (0, 2, (0, 1), 1, 4), (2, 3, (2,), 2, 4), (2, 4, (3,), 3, 4), (4, 5, (4,), 2, 4),
    ]  # fmt: skip


def test_the_cabinet_stands_in_the_office_where_cables_part_there():
    found = build_cables([(0, 1), (0, 2)], [0, 1], 0, {1: 1, 2: 1}, 1)
    assert found.cabinet == 0 and found.trunk == () and len(found.branches[0]) == 2


def test_a_cable_has_an_end_to_its_size():
    with pytest.raises(RuleError) as thick:
        build_cables([(0, 1), (1, 2), (1, 3)], [0, 1, 2], 0, {2: 300, 3: 1}, 1)
    assert thick.value.code == "CABLE_TOO_THICK"


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_every_strand_reaches_its_end(data):
    count = data.draw(st.integers(2, 14))
    ends = [(data.draw(st.integers(0, node - 1)), node) for node in range(1, count)]
    ending = {node: data.draw(st.integers(1, 3)) for node in range(count) if data.draw(st.booleans())} or {count - 1: 1}
    found = build_cables(ends, range(len(ends)), 0, ending, 2)
    arriving = {piece.end: piece for piece in found.pieces() if piece not in found.trunk}
    for node in [found.cabinet, *arriving]:
        leaving = sum(piece.strands for piece in found.branches.get(node, ()))
        wanted = sum(ending.values()) if node == found.cabinet else arriving[node].strands
        assert leaving + ending.get(node, 0) == wanted
    assert set(ending) <= {found.cabinet, *arriving}
    used = [edge for piece in found.pieces() for edge in piece.edges]
    assert len(used) == len(set(used)) and all(piece.size >= piece.strands for piece in found.pieces())


@pytest.mark.parametrize(("plant_m", "first"), [(1500.0, 8), (6000.0, 4), (14_000.0, 2)])
def test_what_is_far_is_split_less(plant_m, first):
    """One building at the end of a section of so many m: 1:8 after 1:8 as long as class B+ bears it, then 1:4, then 1:2."""
    mesh = make_mesh([1, 2], [10], [1], [2], [plant_m])
    one = numpy.array([1], dtype=numpy.int32)
    graph = RouteGraph(mesh, ["O", "P"], ["building", "pole"], ["S"], ["pole_span"], numpy.array([112.0, 112.1]), numpy.array([30.0, 30.0]),
                       numpy.array([True, True]), numpy.array([True]), 0 * one, 0 * one, 0 * one, one)  # fmt: skip
    found = design_fibre(graph, 0, [Demand("B", 112.1, 30.0001, 5)], Wish(seconds=5.0))
    assert (found.first_split, found.first_level, found.faults, found.dug) == (first, 1, (), ())
    assert found.worst_db <= found.most_db
    assert {row.item for row in found.bill} >= {f"splitter_{first}", "splitter_8", "fibre_box", "fibre_cabinet"}


def test_a_full_duct_section_gets_another_hole_at_its_price():
    """A duct section of 100 m without room: the cable's price and that of a new hole; a full line of poles takes no more."""
    one = numpy.array([1], dtype=numpy.int32)

    def design(kind):
        graph = RouteGraph(make_mesh([1, 2], [10], [1], [2], [100.0]), ["O", "P"], ["building", "manhole"], ["S"], [kind],
                           numpy.array([112.0, 112.001]), numpy.array([30.0, 30.0]), numpy.array([True, True]), numpy.array([True]),
                           0 * one, 0 * one, 0 * one, 0 * one)  # fmt: skip
        return design_fibre(graph, 0, [Demand("B", 112.001, 30.0001, 5)], Wish(seconds=5.0))

    found = design("duct_section")
    (dug,) = (row for row in found.bill if row.item == "duct")
    assert found.dug == (0,) and (dug.count, dug.fen) == (100.0, 100 * price("duct").fen_per_m)
    assert found.boxes.splitters == {1: 1}
    # No cable goes over the full line, so the box stands in the office, and the drop is longer.
    hung = design("pole_span")
    assert (hung.dug, hung.boxes.splitters) == ((), {0: 1})
