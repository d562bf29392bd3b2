"""New estates, parallel cables, moved borders, and works under way: Q17, Q23, Q25 and Q27."""

from collections import defaultdict
from datetime import timedelta
from math import ceil

import numpy
from shapely import from_geojson

from app.core.errors import InputError, NotFoundError
from app.engineering.nearest import find_nearest
from app.network.models.grids import LEVELS
from app.planning.needs import list_needs
from app.planning.price_book import price
from app.reports.questions.asker import Asker, Grids
from app.reports.questions.capacity import needs_notes, needs_table
from app.reports.questions.failing import read_json
from app.reports.questions.tables import Answer, Table
from app.topology.area import read_area
from app.topology.route_graph import get_route_graph
from app.topology.routes import Wish, plan_route

MOVED = ("resource", "technology", "held_before", "fill_before", "leaving", "joining", "held_after", "fill_after")
WAY = ("section", "kind", "start", "end", "metres", "work", "price")


def new_estate(asker: Asker) -> Answer:
    """Q17: what a new estate needs, the feeder's way to it, what it costs, and by which day to order."""
    asked = asker.values
    middle = numpy.array([_middle(asker)])
    lines = ceil(asked["units"] * asked["take_percent"] / 100)
    community = next(iter(asker.rows("community_at", lon=float(middle[0, 0]), lat=float(middle[0, 1]))), None)
    if community is None:
        raise NotFoundError("GRID_UNKNOWN", "the place lies outside every community", found=f"{middle[0, 0]:.5f},{middle[0, 1]:.5f}")
    needs = list_needs(asker.session, asker.region_id, community.id, asked["product"], lines)
    legs, far, reason = find_feeder(asker, middle)
    fen_way, dig = sum(leg.fen for leg in legs), round(far * price("duct").fen_per_m)
    bought = [need.days for need in needs if need.missing] + [
        price("duct").days if far or any(leg.work in ("duct", "dig") for leg in legs) else 0
    ]
    days = max([*bought, price("cable_12").days])
    total = fen_way + dig + sum(need.fen or 0 for need in needs) + lines * price("drop").fen_each
    sums = [(community.code, asker.name(community), lines, sum(leg.metres for leg in legs), far, fen_way + dig, total, days,
             asked["ready_on"] - timedelta(days))]  # fmt: skip
    names = ("grid_code", "grid_name", "lines", "along_m", "new_m", "feeder_cost", "cost", "days", "order_by")
    rows = [(leg.section, leg.kind, leg.start, leg.end, leg.metres, leg.work, leg.fen) for leg in legs]
    tables = [
        Table("estate", names, sums, [("grid", community.id)]), needs_table(asker, needs),
        Table("legs", WAY, rows, [("section", leg.section_id) if leg.section_id else None for leg in legs]),
    ]  # fmt: skip
    return Answer(tables, [*needs_notes(needs), *([("told", {"text": reason})] if reason else [])])


def _middle(asker: Asker) -> tuple[float, float]:
    if asker.values["point"]:
        return asker.values["point"]
    drawn = read_json(asker.values["area"])
    if drawn is None:
        raise InputError("INPUT_MISSING", "the question needs a place", expected="a point or an area")
    spot = from_geojson(read_area(drawn)).centroid
    return spot.x, spot.y


def find_feeder(asker: Asker, middle: numpy.ndarray) -> tuple[list, float, str]:
    """The legs from the nearest office with an OLT to the structure nearest to the place, the metres on, and why there is no way."""
    graph = get_route_graph(asker.session, asker.region_id)
    standing = numpy.flatnonzero(graph.is_standing & numpy.isfinite(graph.lon))
    spots = numpy.column_stack([graph.lon, graph.lat])
    offices = [row.id for row in asker.rows("olt_places") if row.id in graph.mesh.node_places]
    if not offices or not len(standing):
        return [], 0.0, ""
    place, far = find_nearest(middle, spots[standing])
    goal = int(graph.mesh.nodes[standing[place[0]]])
    near, _ = find_nearest(middle, spots[[graph.mesh.node_places[key] for key in offices]])
    start = offices[int(near[0])]
    if start == goal:
        return [], float(far[0]), ""
    found = plan_route(graph, start, goal, Wish())
    return (list(found.plans[0].legs), float(far[0]), "") if found.plans else ([], float(far[0]), found.told)


def parallel_cables(asker: Asker) -> Answer:
    """Q23: cable segments of one medium that lie side by side and are each little used."""
    grids = Grids(asker)
    rows = [row for row in asker.rows("parallel_cables", most_ratio=asker.values["most_percent"] / 100) if grids.holds(row.grid_id)]
    told = [
        (row.code, row.other, row.medium, row.sections, row.metres, row.installed, row.in_use, row.other_installed, row.other_in_use,
         row.in_use + row.other_in_use <= max(row.installed, row.other_installed))
        for row in rows
    ]  # fmt: skip
    names = ("code", "other_code", "medium", "sections", "shared_m", "installed", "in_use", "other_installed", "other_in_use", "fits_one")
    return Answer([Table("parallel_cables", names, told, [("segment", row.id) for row in rows], ("shared_m",))])


def moved_border(asker: Asker) -> Answer:
    """Q25: what a community would lose and gain with another border, and how full it would be."""
    grids = Grids(asker)
    if grids.asked.level != LEVELS["community"]:
        raise InputError("NOT_A_COMMUNITY", "borders are moved of a community", found=grids.asked.code, expected="code of a community")
    area = read_area(read_json(asker.values["area"]))
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0] * 6)
    for row in asker.rows("moved_border", grid_id=grids.asked.id, area=area):
        place = {"stays": 0, "leaves": 2, "joins": 4}[row.moves]
        sums[row.kind, row.technology][place : place + 2] = [row.installed, row.in_use]
    told = []
    for key, (stay, stay_used, leave, leave_used, join, join_used) in sorted(sums.items()):
        before, after = stay + leave, stay + join
        used = stay_used + leave_used, stay_used + join_used
        told.append((*key, before, used[0] / before if before else None, leave, join, after, used[1] / after if after else None))
    moved = asker.rows("moved_structures", grid_id=grids.asked.id, area=area)
    rows = [(row.code, row.kind, row.moves == "joins") for row in moved]
    changed = [row for row in told if row[4] or row[5]]
    tables = [
        Table("moved_counts", MOVED, changed, [("grid", grids.asked.id)] * len(changed), ("held_before", "held_after")),
        Table("moved_structures", ("code", "kind", "joins"), rows, [("structure", row.id) for row in moved]),
    ]
    return Answer(
        tables, [("moved_sum", {"leave": sum(row.moves == "leaves" for row in moved), "join": sum(row.moves == "joins" for row in moved)})]
    )


def works_under_way(asker: Asker) -> Answer:
    """Q27: planned and unfinished plant in an area or a grid, with its project."""
    grids, area = Grids(asker), read_json(asker.values["area"])
    given = {
        "area": None if area is None else read_area(area),
        "grids": None if grids.asked is None else [key for key in grids.rows if grids.holds(key)],
    }
    found = asker.rows("works_under_way", **given)
    rows = [(row.kind, row.code, row.life, row.project, row.name_zh, row.metres) for row in found]
    sums: dict[tuple, list] = defaultdict(lambda: [0, 0.0])
    for row in found:
        group = sums[row.project or "", row.kind, row.life]
        group[0] += 1
        group[1] += row.metres or 0
    by_project = [(*key, count, metres) for key, (count, metres) in sorted(sums.items())]
    tables = [
        Table("works_under_way", ("kind", "code", "life", "project", "name", "metres"), rows, [(row.kind, row.id) for row in found]),
        Table("works_by_project", ("project", "kind", "life", "count", "metres"), by_project, chart=("count",)),
    ]
    return Answer(tables)


QUESTIONS = {"Q17": new_estate, "Q23": parallel_cables, "Q25": moved_border, "Q27": works_under_way}
