"""Fibre to the homes of a grid, designed and told: D1."""

from collections.abc import Sequence

from app.core.errors import InputError
from app.planning.fibre.asking import ask_designs, list_demands
from app.planning.fibre.design import Wish, new_places
from app.planning.price_book import price
from app.planning.roads import NEW, RoadGraph
from app.reports.questions.asker import Asker, Grids
from app.reports.questions.tables import Answer, Table, Thing
from app.topology.route_graph import RouteGraph

# A page waits so long for the boxes, and for the tree.
SECONDS = 15.0
AREAS = ("way_no", "office_at", "cabinet", "buildings", "lines", "boxes", "splitters", "first_split", "first_level", "plant_m", "loss_db",
         "bears_db", "pon_fault", "cost", "boxes_gap", "tree_gap")  # fmt: skip


def fibre_to_the_homes(asker: Asker) -> Answer:
    """D1: boxes with splitters, the tree of cables, loss, bill of quantities, and how much better it could be at most."""
    asked, grids = asker.values, Grids(asker)
    if not 0 < asked["take_percent"] <= 100:
        raise InputError("INPUT_BAD", "an input is out of bounds", "take_percent", asked["take_percent"], "more than 0, up to 100")
    demands = list_demands(
        asker.session, asker.region_id, grid=grids.asked.code, take_ratio=asked["take_percent"] / 100,
        only_unserved=asked["only_unserved"] == "yes",
    )  # fmt: skip
    graph, found = ask_designs(asker.session, asker.region_id, demands, Wish(asked["reach_m"], asked["pon_class"], SECONDS))
    codes = graph.structure_codes
    areas = [
        (no, codes[one.root], codes[one.cables.cabinet], len(one.demands), one.lines, sum(one.boxes.boxes.values()),
         sum(one.boxes.splitters.values()), f"1:{one.first_split}",
         one.first_level, one.worst_m, one.worst_db, one.most_db, "|".join(one.faults) or None, one.fen,
         one.boxes.gap_ratio, one.tree.gap_ratio)
        for no, one in enumerate(found, 1)
    ]  # fmt: skip
    bill: dict[tuple[str, str], list[float]] = {}
    for row in (row for one in found for row in one.bill):
        sums = bill.setdefault((row.item, row.unit), [0.0, 0])
        sums[0], sums[1] = sums[0] + row.count, sums[1] + row.fen
    boxes = [(no, node, one.boxes.boxes[node], held) for no, one in enumerate(found, 1) for node, held in one.boxes.splitters.items()]
    ways = [(no, piece, edge) for no, one in enumerate(found, 1) for piece in one.cables.pieces() for edge in piece.edges]
    legs = [
        (no, graph.section_codes[edge], codes[piece.start], codes[piece.end], piece.strands, piece.size, float(graph.mesh.metres[edge]))
        for no, piece, edge in ways
    ]
    new = sorted({edge for one in found for edge in one.dug if graph.section_kinds[edge] == NEW})
    lost = [(building.code, building.lines) for one in found for building in one.unreached]
    return Answer([
        Table("design_areas", AREAS, areas, [_structure(graph, one.root) for one in found]),
        Table("design_bill", ("item", "quantity", "unit", "cost"), [(price(item).name(asker.language), count, unit, fen)
                                                                  for (item, unit), (count, fen) in bill.items()], chart=("cost",)),
        Table("design_boxes", ("way_no", "code", "boxes", "splitters"), [(no, codes[node], count, held) for no, node, count, held in boxes],
              [_structure(graph, node) for _, node, *_ in boxes]),
        Table("design_cables", ("way_no", "section", "start", "end", "strands", "cable_size", "metres"), legs,
              [_section(graph, edge) for *_, edge in ways]),
        *_new_tables(graph, new),
        *([Table("design_unreached", ("code", "lines"), lost)] if lost else []),
    ], drawn=_draw(graph, new))  # fmt: skip


def _structure(graph: RouteGraph, node: int) -> Thing:
    key = int(graph.mesh.nodes[node])
    return ("structure", key) if key > 0 else ("new_structure", -key)


def _section(graph: RouteGraph, edge: int) -> Thing:
    key = int(graph.mesh.edges[edge])
    return ("section", key) if key > 0 else ("new_section", -key)


def _new_tables(graph: RoadGraph, new: Sequence[int]) -> list[Table]:
    """Sections of ducts and handholes along roads that are to be built."""
    if not new:
        return []
    codes, ends, places = graph.structure_codes, graph.mesh.ends, sorted(new_places(graph, new))
    sections = [(graph.section_codes[edge], *(codes[node] for node in ends[edge]), float(graph.mesh.metres[edge])) for edge in new]
    spots = [(codes[node], f"{graph.lon[node]:.6f}, {graph.lat[node]:.6f}") for node in places]
    return [
        Table("design_new", ("section", "start", "end", "metres"), sections, [_section(graph, edge) for edge in new]),
        Table("design_handholes", ("code", "place"), spots, [_structure(graph, node) for node in places]),
    ]


def _draw(graph: RoadGraph, new: Sequence[int]) -> dict[str, dict]:
    lines = {
        ":".join(map(str, _section(graph, edge))): {"type": "LineString", "coordinates": graph.lines[edge - graph.first_edge].tolist()}
        for edge in new
    }
    spots = {
        ":".join(map(str, _structure(graph, node))): {"type": "Point", "coordinates": [float(graph.lon[node]), float(graph.lat[node])]}
        for node in sorted(new_places(graph, new))
    }
    return lines | spots


QUESTIONS = {"D1": fibre_to_the_homes}
