"""Questions to the route graph: the cheapest way for a cable, others, and two that fail apart (domain.md Q7, Q8)."""
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf

import numpy

from app.core.errors import InputError
from app.topology.paths import Net, Pair, Way, distances, find_pair, find_risk_pair, find_way, find_ways
from app.topology.route_graph import LIMITS, PRICES, RouteGraph, SectionCables, with_digs

APART = ("section", "structure", "cable")
MOST_ALTERNATIVES = 20


@dataclass(frozen=True)
class Wish:
    """What a way must be.

    Attributes
    ----------
    is_free
        True: only sections with room for one more cable. False: where a section is full a duct is built along it.
    most_metres
        No way longer than this.
    dig_m
        New sections may be dug straight between structures at most so far apart; 0 for none.
    structures, sections, cables
        Keys of what must not be passed; a cable stands for the sections that it lies in.
    """

    is_free: bool = False
    most_metres: float = inf
    dig_m: float = 0.0
    structures: frozenset[int] = frozenset()
    sections: frozenset[int] = frozenset()
    cables: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Leg:
    """One section of a way; ``work`` is a row of ``build_prices.csv``, and ``section`` is empty where it is to be dug."""

    section: str
    kind: str
    start: str
    end: str
    metres: float
    work: str
    fen: int
    free_ducts: int
    free_subducts: int
    section_id: int | None


@dataclass(frozen=True)
class RoutePlan:
    """A way for a cable, leg by leg; ``new_m`` is what has to be built before the cable comes."""

    legs: tuple[Leg, ...]
    metres: float
    new_m: float
    fen: int
    least_room: int | None


@dataclass(frozen=True)
class RouteAnswer:
    """Ways, or why there is none.

    Attributes
    ----------
    plans
        The cheapest first; where two were asked for that fail apart, these two, or the only one.
    reason
        Empty where the question is answered; else NOT_STANDING, AVOIDED, PARTED, FULL, TOO_LONG, NOT_APART or NOT_SETTLED.
    told
        The reason in a sentence.
    cuts
        Codes of what prevents it: each alone (NOT_APART), or all of them together (FULL).
    values
        What fills the sentence of the reason in another language (``route_reasons.csv``).
    """

    plans: tuple[RoutePlan, ...]
    reason: str = ""
    told: str = ""
    cuts: tuple[str, ...] = ()
    values: Mapping[str, object] = field(hash=False, default_factory=dict)


def plan_route(
    graph: RouteGraph, start: int, goal: int, wish: Wish, *, count: int = 1, cables: SectionCables | None = None
) -> RouteAnswer:
    """The ``count`` cheapest ways between two structures (keys), or the reason why there is none.

    Parameters
    ----------
    cables
        What lies in the sections; needed where the wish names cables.

    Raises
    ------
    InputError
        ``SAME_ENDS``, ``COUNT_IMPOSSIBLE``, ``NOT_ON_ROUTE``.
    """
    _check(count, start, goal)
    net, ends = _net(graph, wish, cables), _places(graph, start, goal)
    plans = tuple(_told_plan(graph, net, way) for way in find_ways(net, *ends, count))
    return RouteAnswer(plans) if plans else _why_not(graph, wish, ends, cables)


def plan_two_routes(
    graph: RouteGraph, start: int, goal: int, wish: Wish, apart: str, cables: SectionCables
) -> RouteAnswer:
    """The two ways of least total cost that share no section, no structure between the ends, or no cable; or what prevents them.

    Raises
    ------
    InputError
        As `plan_route`.
    """
    _check(1, start, goal)
    net, ends = _net(graph, wish, cables), _places(graph, start, goal)
    if find_way(net, *ends) is None:
        return _why_not(graph, wish, ends, cables)
    pair = _find_apart(net, ends, apart, cables)
    plans = tuple(_told_plan(graph, net, way) for way in pair.ways)
    if len(plans) == 2:
        late = [plan for plan in plans if plan.metres > wish.most_metres]
        told = f"the cheapest two ways are {plans[0].metres:.0f} and {plans[1].metres:.0f} m long, the limit is {wish.most_metres:.0f} m"
        return RouteAnswer(plans, "TOO_LONG", told, values=_lengths(min(one.metres for one in late), wish)) if late else RouteAnswer(plans)
    if not pair.is_settled:
        return RouteAnswer(plans, "NOT_SETTLED", "no second way was found, and no proof that there is none")
    return _told_cut(graph, net, pair, apart, cables)


def _check(count: int, start: int, goal: int) -> None:
    if start == goal:
        raise InputError("SAME_ENDS", "both ends are the same structure", next_step="name two places")
    if not 1 <= count <= MOST_ALTERNATIVES:
        raise InputError(
            "COUNT_IMPOSSIBLE", "so many ways can't be told", found=count, expected=f"1 to {MOST_ALTERNATIVES}", next_step="ask for fewer"
        )


def _places(graph: RouteGraph, *keys: int) -> tuple[int, ...]:
    places = graph.mesh.node_places
    if missing := [key for key in keys if key not in places]:
        raise InputError("NOT_ON_ROUTE", "a structure is retired", found=missing[0], next_step="name one that stands")
    return tuple(places[key] for key in keys)


def _net(graph: RouteGraph, wish: Wish, cables: SectionCables | None) -> Net:
    mesh = graph.mesh if wish.is_free else with_digs(graph, wish.dig_m)
    sections = len(graph.mesh.edges)
    cost = numpy.full(len(mesh.edges), inf)
    has_ducts = numpy.array([kind not in LIMITS for kind in graph.section_kinds], dtype=bool)
    metres = mesh.metres[:sections]
    by_room = numpy.where(has_ducts | (graph.free_ducts + graph.free_subducts > 0), PRICES["pull"].fen_per_m, PRICES["hang"].fen_per_m)
    full = inf if wish.is_free else float(PRICES["duct"].fen_per_m + PRICES["pull"].fen_per_m)
    cost[:sections] = metres * numpy.where(graph.room > 0, by_room, full)
    cost[:sections][~graph.is_sound] = inf
    cost[sections:] = mesh.metres[sections:] * (PRICES["dig"].fen_per_m + PRICES["pull"].fen_per_m)
    for place in _avoided(graph, wish, cables):
        cost[place] = inf
    closed = {graph.mesh.node_places[key] for key in wish.structures if key in graph.mesh.node_places}
    return Net(mesh, cost.tolist(), frozenset(closed), wish.most_metres)


def _avoided(graph: RouteGraph, wish: Wish, cables) -> list[int]:
    places = [graph.mesh.edge_places[key] for key in wish.sections if key in graph.mesh.edge_places]
    if wish.cables:
        places += [place for place, held in enumerate(cables.held) if not wish.cables.isdisjoint(held)]
    return places


def _find_apart(net: Net, ends: tuple[int, int], apart: str, cables) -> Pair:
    if apart != "cable":
        return find_pair(net, *ends, shares_nodes=apart == "section")
    # A section shared is a risk shared, cable or not; it is told as a number below 0.
    risks = [{-1 - place, *(cables.held[place] if place < len(cables.held) else ())} for place in range(len(net.mesh.edges))]
    return find_risk_pair(net, *ends, risks)


def _told_cut(graph: RouteGraph, net: Net, pair: Pair, apart: str, cables) -> RouteAnswer:
    plans = tuple(_told_plan(graph, net, way) for way in pair.ways)
    if apart == "structure":
        codes = tuple(graph.structure_codes[place] for place in pair.cuts)
    elif apart == "section":
        codes = tuple(_edge_code(graph, net, edge) for edge in pair.cuts)
    else:
        # Where every way passes one section, the cables in it are told by it.
        sections = tuple(_edge_code(graph, net, -1 - risk) for risk in pair.cuts if risk < 0)
        codes = sections or tuple(cables.codes[risk] for risk in pair.cuts)
    told = f"every way passes the same {apart}" if codes else "one section alone joins the two ends"
    return RouteAnswer(plans, "NOT_APART", told, codes, {"apart": apart})


def _edge_code(graph: RouteGraph, net: Net, edge: int) -> str:
    if edge < len(graph.section_codes):
        return graph.section_codes[edge]
    return " - ".join(graph.structure_codes[node] for node in net.mesh.ends[edge])


def _told_plan(graph: RouteGraph, net: Net, way: Way) -> RoutePlan:
    legs = tuple(_told_leg(graph, net, edge, start, end) for edge, start, end in zip(way.edges, way.nodes, way.nodes[1:], strict=False))
    room = [int(graph.room[edge]) for edge in way.edges if edge < len(graph.section_codes) and graph.room[edge] > 0]
    new = sum(leg.metres for leg in legs if leg.work in ("duct", "dig"))
    return RoutePlan(legs, way.metres, new, sum(leg.fen for leg in legs), min(room, default=None))


def _told_leg(graph: RouteGraph, net: Net, edge: int, start: int, end: int) -> Leg:
    ends = (graph.structure_codes[start], graph.structure_codes[end])
    metres, fen = float(net.mesh.metres[edge]), round(net.cost[edge])
    if edge >= len(graph.section_codes):
        return Leg("", "", *ends, metres, "dig", fen, 0, 0, None)
    kind, ducts, subducts = graph.section_kinds[edge], int(graph.free_ducts[edge]), int(graph.free_subducts[edge])
    work = "duct" if graph.room[edge] <= 0 else "pull" if ducts + subducts else "hang"
    return Leg(graph.section_codes[edge], kind, *ends, metres, work, fen, ducts, subducts, int(graph.mesh.edges[edge]))


def _why_not(graph: RouteGraph, wish: Wish, ends: tuple[int, int], cables) -> RouteAnswer:
    """The first of the wishes that, given up, would let a way through; told with what stands in it."""
    codes = [graph.structure_codes[place] for place in ends]
    fallen = [code for code, place in zip(codes, ends, strict=True) if not graph.is_standing[place]]
    if fallen:
        return RouteAnswer((), "NOT_STANDING", f"{fallen[0]} is planned or out of order", (fallen[0],), {"place": fallen[0]})
    unbound = replace(wish, most_metres=inf)
    if shortest := _shortest_m(graph, unbound, ends, cables):
        told = f"the shortest way is {shortest:.0f} m long, the limit is {wish.most_metres:.0f} m"
        return RouteAnswer((), "TOO_LONG", told, values=_lengths(shortest, wish))
    if wish.is_free and (blocked := _fewest_full(graph, unbound, ends, cables)):
        told = f"no way has room all along; the one with the fewest full sections has {len(blocked)}"
        return RouteAnswer((), "FULL", told, tuple(blocked), {"count": len(blocked)})
    unavoiding = Wish(wish.is_free, inf, wish.dig_m)
    if unavoiding != unbound and _shortest_m(graph, unavoiding, ends, cables):
        return RouteAnswer((), "AVOIDED", "every way passes what is to be avoided")
    sizes = [sum(1 for far in distances(_net(graph, Wish(), None), place, graph.mesh.metres.tolist()) if far < inf) for place in ends]
    told = f"{codes[0]} and {codes[1]} lie in parts that no section joins: {sizes[0]} structures here, {sizes[1]} there"
    return RouteAnswer((), "PARTED", told, values={"start": codes[0], "goal": codes[1], "here": sizes[0], "there": sizes[1]})


def _lengths(metres: float, wish: Wish) -> dict[str, str]:
    return {"metres": f"{metres:.0f}", "limit": f"{wish.most_metres:.0f}"}


def _shortest_m(graph: RouteGraph, wish: Wish, ends: tuple[int, int], cables) -> float | None:
    net = _net(graph, wish, cables)
    far = distances(net, ends[1], net.mesh.metres.tolist())[ends[0]]
    return far if far < inf else None


def _fewest_full(graph: RouteGraph, wish: Wish, ends: tuple[int, int], cables) -> list[str]:
    net = _net(graph, replace(wish, is_free=False, dig_m=0.0), cables)
    counted = [inf if cost == inf else float(graph.room[edge] <= 0) for edge, cost in enumerate(net.cost)]
    way = find_way(Net(net.mesh, counted, net.closed), *ends)
    return [graph.section_codes[edge] for edge in way.edges if graph.room[edge] <= 0] if way else []
