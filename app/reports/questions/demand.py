"""Demand and capacity beside each other: Q1, Q2, Q4 and Q16."""

from collections import defaultdict
from dataclasses import dataclass
from math import ceil, inf

import numpy

from app.engineering.market import expected_connections
from app.engineering.nearest import find_nearest
from app.engineering.tables import read_table
from app.network.models.grids import LEVELS
from app.planning.price_book import price
from app.reports.questions.asker import Asker, Grids, spots_of
from app.reports.questions.money import tariffs
from app.reports.questions.registry import FOLDER
from app.reports.questions.tables import Answer, Table
from app.topology.paths import Net, distances
from app.topology.route_graph import get_route_graph

WAITING = ("code", "product", "segment", "reason", "requested_on", "grid_name", "access", "metres")
BOX_LINES = 8


@dataclass(frozen=True)
class AccessKind:
    """What counts as a free place for a product: a kind of tally and its technology."""

    product: str
    kind: str
    technology: str | None


def list_spots(asker: Asker, product: str | None, least_idle: int = 1) -> list:
    """Access equipment with something to give out for a product, or for every product; one statement."""
    rows = [row for row in read_table("access_kinds.csv", AccessKind, FOLDER) if product in (None, row.product)]
    given = {"products": [row.product for row in rows], "kinds": [row.kind for row in rows]}
    return asker.rows("spots", **given, technologies=[row.technology or "" for row in rows], least_idle=least_idle)


def _matched(asker: Asker, spots: list) -> list[tuple]:
    """Each open request with the nearest access equipment that has something to give out, and the metres; None where there is none."""
    requests, found = asker.rows("requests"), []
    for product in dict.fromkeys(row.product for row in requests):
        own = [row for row in requests if row.product == product]
        near = [row for row in spots if row.product == product]
        if not near:
            found += [(row, None, inf) for row in own]
            continue
        places, metres = find_nearest(spots_of(own), spots_of(near))
        found += [(row, near[place], far) for row, place, far in zip(own, places.tolist(), metres.tolist(), strict=True)]
    return found


def idle_near_demand(asker: Asker) -> Answer:
    """Q1: communities where somebody waits within reach of what is idle."""
    grids, level = Grids(asker), LEVELS[asker.values["level"]]
    spots = list_spots(asker, asker.values["product"], asker.values["least_idle"])
    homes = {row.grid_id: row for row in asker.rows("homes")}
    matched = [one for one in _matched(asker, spots) if one[2] <= asker.values["near_m"] and grids.holds(one[1].grid_id)]
    idle: dict[tuple, int] = defaultdict(int)
    for spot in spots:
        idle[getattr(grids.upper(spot.grid_id, level), "id", 0), spot.product] += spot.idle
    groups: dict[tuple, list] = defaultdict(list)
    for one in matched:
        groups[getattr(grids.upper(one[1].grid_id, level), "id", 0), one[0].product].append(one)
    rows, things = [], []
    for (key, product), held in sorted(groups.items(), key=lambda pair: (-len(pair[1]), -idle[pair[0]], pair[0])):
        grid, home = grids.rows.get(key), homes.get(key)
        taken = (home.homes, home.connected) if home else (None, None)
        rows.append(
            (getattr(grid, "code", ""), grids.name(grid), product, idle[key, product], len(held), min(one[2] for one in held), *taken)
        )
        things.append(("grid", key) if grid else None)
    names = ("grid_code", "grid_name", "product", "idle", "waiting", "nearest_m", "homes", "connected")
    return Answer([Table("idle_near_demand", names, rows, things, ("waiting", "idle")), _waiting(grids, matched)])


def demand_without_capacity(asker: Asker) -> Answer:
    """Q2: who waits with nothing idle within reach, and where the nearest is."""
    grids, spots = Grids(asker), list_spots(asker, asker.values["product"])
    far = [one for one in _matched(asker, spots) if one[2] > asker.values["near_m"] and grids.holds(one[0].grid_id)]
    counts: dict[int, int] = defaultdict(int)
    for request, _, _ in far:
        counts[request.grid_id or 0] += 1
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [(getattr(grids.rows.get(key), "code", ""), grids.name(grids.rows.get(key)), count) for key, count in order]
    things = [("grid", key) if key else None for key, _ in order]
    return Answer([_waiting(grids, far), Table("waiting_by_grid", ("grid_code", "grid_name", "waiting"), rows, things, ("waiting",))])


def _waiting(grids: Grids, matched: list[tuple]) -> Table:
    rows = [
        (one.code, one.product, one.segment, one.reason, one.requested_on, grids.name(grids.rows.get(one.grid_id)),
         spot.code if spot else None, metres if spot else None)
        for one, spot, metres in sorted(matched, key=lambda found: (found[2], found[0].code))
    ]  # fmt: skip
    things = [("unmet_request", one.id) for one, _, _ in sorted(matched, key=lambda found: (found[2], found[0].code))]
    return Table("waiting_requests", WAITING, rows, things)


def access_points_near(asker: Asker) -> Answer:
    """Q4: access equipment with a free place, by metres straight to the ground that is there and then along it."""
    spots = list_spots(asker, asker.values["product"])
    graph = get_route_graph(asker.session, asker.region_id)
    standing = numpy.flatnonzero(graph.is_standing & numpy.isfinite(graph.lon))
    if not spots or not len(standing):
        return Answer([Table("access_points", ("code", "idle", "straight_m", "along_m", "metres"), ())])
    start, straight = find_nearest(numpy.array([asker.values["point"]]), numpy.column_stack([graph.lon[standing], graph.lat[standing]]))
    cost = numpy.where(graph.is_sound, graph.mesh.metres, inf)
    along = distances(Net(graph.mesh, cost.tolist(), frozenset()), int(standing[start[0]]), cost.tolist())
    places = graph.mesh.node_places
    found = sorted((along[places[spot.structure_id]], spot.code, spot) for spot in spots if spot.structure_id in places)
    kept = [(far, spot) for far, _, spot in found if far + straight[0] <= asker.values["max_m"]][: asker.values["count"]]
    rows = [(spot.code, spot.idle, float(straight[0]), far, float(straight[0]) + far) for far, spot in kept]
    things = [("equipment", spot.id) for _, spot in kept]
    return Answer([Table("access_points", ("code", "idle", "straight_m", "along_m", "metres"), rows, things, ("metres",))])


def villages_without_plant(asker: Asker) -> Answer:
    """Q16: communities farther than so many metres from fibre, by households for each 万元."""
    grids = Grids(asker)
    ground: dict[int, list] = defaultdict(list)
    for row in asker.rows("households"):
        if row.grid_id is not None and grids.holds(row.grid_id):
            ground[row.grid_id].append(row)
    plant = asker.rows("plant_points")
    if not ground:
        return Answer([Table("villages", VILLAGE, ())])
    keys = list(ground)
    weights = [numpy.array([row.households for row in ground[key]], dtype=float) for key in keys]
    middles = numpy.array([numpy.average(spots_of(ground[key]), axis=0, weights=weight) for key, weight in zip(keys, weights, strict=True)])
    near, metres = find_nearest(middles, spots_of(plant)) if plant else (None, numpy.full(len(keys), inf))
    found = []
    for place, key in enumerate(keys):
        if metres[place] <= asker.values["far_m"]:
            continue
        households = int(weights[place].sum())
        spread = float(numpy.average(find_nearest(spots_of(ground[key]), middles[place : place + 1])[1], weights=weights[place]))
        boxes = ceil(expected_connections(households) / BOX_LINES)
        cost = None if not plant else round(metres[place] * price("pole_line").fen_per_m) + boxes * price("fibre_box").fen_each
        worth = None if not cost else households / cost * 1_000_000
        grid = grids.rows[key]
        told = (grid.code, grids.name(grid), households, float(metres[place]) if plant else None, spread, boxes, cost, worth)
        found.append((told, plant[near[place]].code if plant else None, key))
    found.sort(key=lambda one: (-(one[0][-1] or 0), one[0][0]))
    rows = [(*told[:4], at, *told[4:]) for told, at, _ in found]
    village = Table("villages", VILLAGE, rows, [("grid", key) for *_, key in found], ("households_per_wan",))
    return Answer([village, _dense(asker, grids, {key: sum(row.households for row in held) for key, held in ground.items()})])


def _dense(asker: Asker, grids: Grids, households: dict[int, int]) -> Table:
    """Communities for residential networks: by households on a km2, with what a household brings in a month (R27)."""
    km2: dict[int, float] = {}
    fen: dict[int, int] = defaultdict(int)
    live: dict[int, int] = defaultdict(int)
    for row in asker.rows("communities"):
        km2[row.id] = row.km2
        if row.product:
            fen[row.id] += row.live * tariffs().get(row.product, 0)
            live[row.id] += row.live
    order = sorted(households, key=lambda key: (-households[key] / km2[key], key))
    rows = [
        (grids.rows[key].code, grids.name(grids.rows[key]), households[key], km2[key], households[key] / km2[key], live[key],
         round(fen[key] / households[key]))
        for key in order
    ]  # fmt: skip
    names = ("grid_code", "grid_name", "households", "km2", "households_per_km2", "services", "yuan_per_household")
    return Table("dense_communities", names, rows, [("grid", key) for key in order], ("households_per_km2",))


VILLAGE = ("grid_code", "grid_name", "households", "nearest_m", "from_code", "spread_m", "boxes", "cost", "households_per_wan")
QUESTIONS = {"Q1": idle_near_demand, "Q2": demand_without_capacity, "Q4": access_points_near, "Q16": villages_without_plant}
