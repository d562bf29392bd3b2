"""The design for a set of buildings: boxes, splitters, cables, loss, bill of quantities, and how much better it could be at most."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from time import monotonic

import numpy

from app.core.errors import RuleError
from app.engineering.nearest import find_nearest
from app.engineering.optical import Link, judge_link
from app.engineering.optical_tables import PON_CLASSES, find_class
from app.planning.fibre.boxes import SPLIT, BoxPlan, Demand, join_plans, place_boxes, places_of, price_places, split_reach
from app.planning.fibre.cables import CablePlan, Piece, build_cables
from app.planning.fibre.ground import covered_places, is_full, join_boxes, label_offices, read_ground
from app.planning.price_book import price, price_book
from app.planning.roads import NEW, is_new
from app.planning.trees.problem import TreePlan
from app.topology.route_graph import RouteGraph

# Sheath for a metre of ground, and coils left at each end of a piece, in m.
SAG_RATIO, COIL_M = 1.02, 5.0
# Connectors at the OLT, the office's frame, the cabinet and the box with its splitter and the customer; splices at joints come beside.
CONNECTORS = 8
# Lines of one cabinet, how wide its area may be, and seconds that an area has at least.
MOST_LINES, WIDEST_M, LEAST_SECONDS = 1200, 5000.0, 2.0
# Places along roads looked at for each building.
NEAREST_ALONG = 16
_DEGREE_M = 111_320.0
# Outputs of the first level, what shares a PON port among most lines first; less where light would not go so far.
FIRST_SPLITS = (8, 4, 2)
# The sizes of a cabinet in panel ports.
CABINETS = (144, 288, 576)


@dataclass(frozen=True)
class Wish:
    """What a design must be: longest drop in m, class of PON, and seconds for its boxes and for its tree."""

    reach_m: float = 150.0
    pon_class: str = "B+"
    seconds: float = 30.0


@dataclass(frozen=True)
class Quantity:
    """A line of the bill: pieces or metres of an item of the price book, and fen."""

    item: str
    count: float
    unit: str
    fen: int


@dataclass(frozen=True, eq=False)
class FibreDesign:
    """A design on the route graph; nodes and edges are places in its mesh.

    Attributes
    ----------
    boxes
        Drops, splitters and boxes; its spots are nodes.
    tree
        The tree of sections with its bound.
    first_split, first_level
        Outputs of each splitter in the cabinet, and how many stand there, each lit by one PON port; in the boxes stand 1:8.
    worst_db, most_db
        Loss of the farthest customer with margin, and what the class bears.
    faults
        Of the class, at the farthest and at the nearest customer; empty where both keep to it.
    dug
        Sections (places) whose holes are full, where another is dug, and those along roads that are new.
    unreached
        Buildings left out, since no box can stand within reach of them.
    """

    demands: Sequence[Demand]
    boxes: BoxPlan
    tree: TreePlan
    cables: CablePlan
    root: int
    first_split: int
    first_level: int
    worst_m: float
    worst_db: float
    most_db: float
    faults: tuple[str, ...]
    bill: tuple[Quantity, ...]
    seconds: float
    dug: tuple[int, ...] = ()
    unreached: tuple[Demand, ...] = ()

    @property
    def fen(self) -> int:
        """What all of it costs."""
        return sum(row.fen for row in self.bill)

    @property
    def lines(self) -> int:
        """The lines that it gives an output of a splitter."""
        return sum(one.lines for one in self.demands)


def split_areas(demands: Sequence[Demand]) -> list[list[Demand]]:
    """The buildings in areas of one cabinet each: halved until each has no more lines than it serves and is no wider than light goes."""
    if not demands:
        return [[]]
    flat = numpy.array([(one.lon * numpy.cos(numpy.radians(one.lat)), one.lat) for one in demands]) * _DEGREE_M
    wide = numpy.ptp(flat, axis=0)
    if len(demands) == 1 or (sum(one.lines for one in demands) <= MOST_LINES and wide.max() <= WIDEST_M):
        return [list(demands)]
    order = numpy.argsort(flat[:, int(wide.argmax())], kind="stable").tolist()
    half = len(order) // 2
    return [area for part in (order[:half], order[half:]) for area in split_areas([demands[place] for place in part])]


def design_areas(graph: RouteGraph, offices: Sequence[int], demands: Sequence[Demand], wish: Wish) -> list[FibreDesign]:
    """A design for each area of one cabinet, from the office that is nearest along the ground; none takes room that another has taken.

    Parameters
    ----------
    offices
        Keys of the structures in which OLTs stand.

    Raises
    ------
    InputError, RuleError
        As `label_offices` and `design_fibre`.
    """
    labels = label_offices(graph, offices)
    nodes = numpy.flatnonzero(graph.is_standing & (labels >= 0) & numpy.isfinite(graph.lon))
    spots = numpy.column_stack([graph.lon[nodes], graph.lat[nodes]])
    near = find_nearest(places_of(demands), spots)[0] if demands and len(nodes) else []
    groups: dict[int, list[Demand]] = defaultdict(list)
    for one, spot in zip(demands, near, strict=True):
        groups[int(labels[nodes[spot]])].append(one)
    areas = [(root, area) for root, own in sorted(groups.items()) for area in split_areas(own)] or [(int(labels[nodes[0]]), [])]
    wish, taken, found = replace(wish, seconds=max(wish.seconds / len(areas), LEAST_SECONDS)), Counter(), []
    lost: list[Demand] = []
    for root, area in areas:
        try:
            found.append(design_fibre(graph, root, area, wish, taken))
        except RuleError as error:
            if error.code != "OUT_OF_REACH" or len(areas) == 1:
                raise
            lost += area
            continue
        taken.update(edge for piece in found[-1].cables.pieces() for edge in piece.edges)
    if not found:
        raise RuleError("OUT_OF_REACH", "no building has a place for a box within reach", found=f"{len(lost)} buildings")
    return [*found[:-1], replace(found[-1], unreached=(*found[-1].unreached, *lost))]


def design_fibre(
    graph: RouteGraph, root: int, demands: Sequence[Demand], wish: Wish, taken: Mapping[int, int] | None = None
) -> FibreDesign:
    """The design: boxes with splitters where they are cheapest, the cheapest tree to the office, a cabinet where it parts.

    Splitters stand in two levels, 1:8 after 1:8; where the class of PON does not bear that, 1:8 after 1:4 or 1:2, which take more PON
    ports.

    Parameters
    ----------
    root
        Place of the office's structure.
    taken
        Cables laid already, by section (place).

    Raises
    ------
    InputError, RuleError
        As `place_boxes`, `join_boxes` and `build_cables`; ``PON_CLASS_UNKNOWN``.
    """
    began = monotonic()
    ground = read_ground(graph, root, taken or {})
    nodes = numpy.flatnonzero(graph.is_standing & numpy.isfinite(ground.far) & numpy.isfinite(graph.lon))
    demands, far, placed = _place(graph, ground.far, nodes, demands, wish)
    at = {spot: int(nodes[spot]) for spot in placed.splitters}
    edges, tree = join_boxes(ground, list(at.values()), wish.seconds)
    splitters = {at[spot]: count for spot, count in placed.splitters.items()}
    boxes = BoxPlan(splitters, {at[spot]: count for spot, count in placed.boxes.items()}, placed.drops, placed.fen, placed.bound_fen)
    pon, tries = find_class(wish.pon_class, PON_CLASSES), []
    for first_split in FIRST_SPLITS:
        first = ceil(sum(splitters.values()) / first_split)
        if tries and 2 * (sum(splitters.values()) + first) > CABINETS[-1]:
            break
        cables = _lay_cables(graph, edges, ground.root, splitters, first)
        loss = _judge(graph, cables, placed, at, pon, first_split)
        tries.append((len(loss[-1]), cables, first_split, first, loss))
        if not loss[-1]:
            break
    _, cables, first_split, first, loss = min(tries, key=lambda one: one[0])
    full = is_full(graph, taken or {})
    dug = tuple(edge for piece in cables.pieces() for edge in piece.edges if full[edge])
    bill = (*_bill(graph, cables, boxes, (first_split, first)), *_dig(graph, dug, covered_places(graph, taken or {})))
    return FibreDesign(demands, boxes, tree, cables, ground.root, first_split, first, *loss, bill, monotonic() - began, dug, tuple(far))


def _place(
    graph: RouteGraph, far_fen: numpy.ndarray, nodes: numpy.ndarray, demands: Sequence[Demand], wish: Wish
) -> tuple[list[Demand], list[Demand], BoxPlan]:
    """The buildings that get a box, those that get none, and the boxes; spots are places in ``nodes``.

    Boxes stand in structures that are there; along roads where a building has none of these within reach.
    """
    spots, new = numpy.column_stack([graph.lon[nodes], graph.lat[nodes]]), is_new(graph.structure_kinds)[nodes]
    near, rest = split_reach(demands, spots[~new], wish.reach_m)
    along, far = split_reach(rest, spots[new], wish.reach_m)
    # Where no building is in reach that is told; where some are, the others are left out by name.
    if not near and not along:
        return demands, [], place_boxes(demands, spots, wish.reach_m, wish.seconds)
    plans = []
    for chosen, is_there in ((near, ~new), (along, new)):
        if chosen:
            # Along roads a box that stands farther out needs more new ducts.
            more = {} if chosen is near else {
                "nearest": NEAREST_ALONG, "opening_fen": price_places(chosen, spots[new], far_fen[nodes][new], wish.reach_m, NEAREST_ALONG)
            }  # fmt: skip
            plans.append(_renumber(place_boxes(chosen, spots[is_there], wish.reach_m, wish.seconds, **more), numpy.flatnonzero(is_there)))
    return [*near, *along], far, plans[0] if len(plans) == 1 else join_plans(*plans, len(near))


def _renumber(plan: BoxPlan, spots: numpy.ndarray) -> BoxPlan:
    """The plan with other numbers for its spots."""
    number = {spot: int(spots[spot]) for spot in plan.splitters}
    drops = tuple(replace(drop, spot=number[drop.spot]) for drop in plan.drops)
    splitters, boxes = ({number[spot]: count for spot, count in held.items()} for held in (plan.splitters, plan.boxes))
    return replace(plan, splitters=splitters, boxes=boxes, drops=drops)


def _dig(graph: RouteGraph, dug: Sequence[int], covered: numpy.ndarray) -> list[Quantity]:
    metres = float(sum(graph.mesh.metres[edge] for edge in dug))
    if not dug:
        return []
    bill = [Quantity("duct", metres, "m", round(metres * price("duct").fen_per_m))]
    handholes = len(new_places(graph, dug) - set(numpy.flatnonzero(covered).tolist()))
    return [*bill, *([Quantity("handhole", handholes, "piece", handholes * price("handhole").fen_each)] if handholes else [])]


def new_places(graph: RouteGraph, edges: Iterable[int]) -> set[int]:
    """The ends of sections that are not there yet, where a handhole is built."""
    ends = {int(node) for edge in edges for node in graph.mesh.ends[edge]}
    return {node for node in ends if graph.structure_kinds[node] == NEW}


def _lay_cables(graph: RouteGraph, edges: Sequence[int], root: int, splitters: Mapping[int, int], first: int) -> CablePlan:
    cables, held = build_cables(graph.mesh.ends, edges, root, splitters, first), 2 * (sum(splitters.values()) + first)
    if held > CABINETS[-1]:
        raise RuleError("CABINET_TOO_SMALL", "one cabinet can't hold so many strands", found=held, expected=f"at most {CABINETS[-1]}",
                        next_step="design a smaller area")  # fmt: skip
    return cables


def sheath_m(graph: RouteGraph, piece: Piece) -> float:
    """The sheath of a piece: its ground, sag and coils."""
    return float(sum(graph.mesh.metres[edge] for edge in piece.edges)) * SAG_RATIO + 2 * COIL_M


def _judge(graph: RouteGraph, cables: CablePlan, placed: BoxPlan, at: dict[int, int], pon, first_split: int) -> tuple:
    """Metres and loss of the farthest customer, what the class bears, and the faults of the farthest and the nearest."""
    far, joints = {cables.cabinet: sum(sheath_m(graph, piece) for piece in cables.trunk)}, {cables.cabinet: len(cables.trunk)}
    for piece in cables.pieces():
        if piece not in cables.trunk:
            far[piece.end], joints[piece.end] = far[piece.start] + sheath_m(graph, piece), joints[piece.start] + 1
    ways = sorted((far[at[drop.spot]] + drop.metres, joints[at[drop.spot]]) for drop in placed.drops)
    found = [judge_link(Link(metres, (first_split, SPLIT), CONNECTORS, fusion_count=count), pon) for metres, count in (ways[-1], ways[0])]
    worst = max(loss.full_db for loss in found[0].losses.values())
    return ways[-1][0], worst, pon.max_db, tuple(dict.fromkeys(fault for verdict in found for fault in verdict.faults))


def _bill(graph: RouteGraph, cables: CablePlan, boxes: BoxPlan, first: tuple[int, int]) -> list[Quantity]:
    metres: Counter[str] = Counter()
    for piece in cables.pieces():
        metres[_cable_item(piece.size)] += sheath_m(graph, piece)
    closures = sum(bool(piece.end != cables.cabinet and cables.branches.get(piece.end)) for piece in cables.pieces())
    counts = {
        "fibre_box": sum(boxes.boxes.values()), "splitter_8": sum(boxes.splitters.values()), "fibre_cabinet": 1,
        "closure": closures, "drop": sum(drop.lines for drop in boxes.drops),
    }  # fmt: skip
    counts[f"splitter_{first[0]}"] = counts.get(f"splitter_{first[0]}", 0) + first[1]
    bill = [Quantity(item, count, "piece", count * price(item).fen_each) for item, count in counts.items() if count]
    drop_m = sum(drop.lines * drop.metres for drop in boxes.drops)
    bill.append(Quantity("drop", drop_m, "m", round(drop_m * price("drop").fen_per_m)))
    return bill + [Quantity(item, length, "m", round(length * price(item).fen_per_m)) for item, length in sorted(metres.items())]


def _cable_item(size: int) -> str:
    """The item of the price book for a cable of this size: the smallest that is no smaller."""
    sizes = sorted((row.size, item) for item, row in price_book().items() if item.startswith("cable_"))
    return next((item for known, item in sizes if known >= size), sizes[-1][1])
