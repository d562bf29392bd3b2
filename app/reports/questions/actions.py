"""What to do so that a community can take so many lines: W1."""

from collections.abc import Sequence

import numpy

from app.core.errors import InputError
from app.network.models.grids import LEVELS
from app.planning.actions import Action, list_actions, sum_fen
from app.planning.price_book import price
from app.planning.roads import NewDuct, box_around, find_new_duct, read_roads
from app.reports.questions.asker import Asker, Grids, spots_of
from app.reports.questions.ground import WAY, find_feeder
from app.reports.questions.tables import Answer, Table, Thing
from app.topology.route_graph import get_route_graph
from app.topology.routes import Leg

MIX = ("ftth", "lan", "adsl", "pots")
ACTIONS = ("product", "action", "resource", "technology", "grid_code", "place_at", "units", "item", "pieces", "cost", "days")


def what_to_do(asker: Asker) -> Answer:
    """W1: actions for a mix of services in a community, from what is there to what is bought, with the bill; nothing is counted twice."""
    grids = Grids(asker)
    if grids.asked.level != LEVELS["community"]:
        raise InputError("NOT_A_COMMUNITY", "lines are added in a community", found=grids.asked.code, expected="code of a community")
    mix = {product: asker.values[product] for product in MIX}
    if not any(mix.values()):
        raise InputError("INPUT_MISSING", "the question needs lines of a product", subject=", ".join(MIX), expected="lines more")
    actions = list_actions(asker.session, asker.region_id, grids.asked.id, mix)
    legs, far, reason = _feeder(asker, grids.asked.id) if any(one.kind == "feeder" for one in actions) else ([], 0.0, "")
    fen_way = sum(leg.fen for leg in legs) + round(far * price("duct").fen_per_m)
    rows = [
        (one.product, one.kind, one.resource, one.technology, one.grid_code, one.place, one.units,
         price(one.item).name(asker.language) if one.item else None, one.pieces, one.fen, one.days)
        for one in actions
    ]  # fmt: skip
    tables = [
        Table("actions", ACTIONS, rows, [_thing(one) for one in actions]),
        Table("actions_bill", ("item", "pieces", "cost"), _bill(asker, actions), chart=("cost",)),
    ]
    if legs or far:
        told = [(leg.section, leg.kind, leg.start, leg.end, leg.metres, leg.work, leg.fen) for leg in legs]
        tables.append(Table("legs", WAY, told, [("section", leg.section_id) if leg.section_id else None for leg in legs]))
    beside = _new_ducts(asker, legs)
    if beside:
        tables.append(_new_table(beside))
    drawn = {f"new_duct:{leg.section_id}": {"type": "LineString", "coordinates": way.line.tolist()} for leg, way in beside if way}
    days = max((one.days for one in actions), default=0)
    notes = [("actions_sum", {"wan": f"{(sum_fen(actions) + fen_way) / 1_000_000:.2f}", "way": f"{fen_way / 1_000_000:.2f}", "days": days})]
    return Answer(tables, [*notes, *([("told", {"text": reason})] if reason else [])], drawn)


def _new_ducts(asker: Asker, legs: Sequence[Leg]) -> list[tuple[Leg, NewDuct | None]]:
    """For each full section of the feeder's way the cheapest duct along a road beside it, instead of another hole in it."""
    full = [leg for leg in legs if leg.work == "duct"]
    if not full:
        return []
    graph = get_route_graph(asker.session, asker.region_id)
    places = [[int(node) for node in graph.mesh.ends[graph.mesh.edge_places[leg.section_id]]] for leg in full]
    nodes = [node for pair in places for node in pair]
    roads = read_roads(asker.session, asker.region_id, box_around(graph.lon[nodes].tolist(), graph.lat[nodes].tolist()))
    return [(leg, find_new_duct(graph, roads, *pair)) for leg, pair in zip(full, places, strict=True)]


def _new_table(beside: Sequence[tuple[Leg, NewDuct | None]]) -> Table:
    rows, things = [], []
    for leg, way in beside:
        rows.append((leg.section, leg.metres, leg.fen, *((way.metres, way.handholes, way.fen) if way else (None, None, None))))
        things.append(("new_duct" if way else "section", leg.section_id))
    return Table("new_ducts", ("section", "metres", "price", "road_m", "handholes", "road_cost"), rows, things)


def _thing(one: Action) -> Thing:
    return one.thing or ("grid", one.grid_id)


def _bill(asker: Asker, actions: Sequence[Action]) -> list[tuple]:
    """Pieces and cost of each item."""
    sums: dict[str, list[int]] = {}
    for one in actions:
        if one.item and one.fen is not None:
            held = sums.setdefault(one.item, [0, 0])
            held[0], held[1] = held[0] + one.pieces, held[1] + one.fen
    return [(price(item).name(asker.language), *held) for item, held in sums.items()]


def _feeder(asker: Asker, grid_id: int):
    """The cheapest way for a feeder to the middle of the community's households; none where nobody lives there."""
    homes = [row for row in asker.rows("households") if row.grid_id == grid_id]
    if not homes:
        return [], 0.0, ""
    weights = numpy.array([row.households for row in homes], dtype=float)
    return find_feeder(asker, numpy.average(spots_of(homes), axis=0, weights=weights).reshape(1, 2))


QUESTIONS = {"W1": what_to_do}
