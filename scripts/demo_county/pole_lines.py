"""Poles: lines from a town's streets to its villages, the villages' own lines, and lines between towns."""
import math
import random

import numpy as np
import shapely

from scripts.demo_county.structures import Ground, TownGround, Village

SPAN_M = 56.0
# Lines to villages take at most this share of a town's poles; where a small scale has fewer, the villages move nearer.
LINE_SHARE = 0.5
TRUNK_SHARE = 0.12
_TRIES = 16


def lay_village_lines(
    ground: Ground, town: TownGround, villages: list[tuple[int, tuple[float, float]]], poles: int, inner, rng: random.Random
) -> None:
    """Draw the pole lines of one town.

    Parameters
    ----------
    villages
        Community and wanted place (EPSG:4546) of each village.
    poles
        Number of poles to set.
    inner
        Prepared polygon inside which everything stays.
    """
    if not villages:
        return
    before = len(ground.structures)
    spots = _drawn_nearer(ground, town, [spot for _, spot in villages], poles)
    parents = spanning_tree([town.seat, *spots], inner)
    centres = {0: -1}
    for place, parent in parents:
        community = villages[place - 1][0]
        line = f"{town.prefix}-V{place:02d}"
        start = centres[parent] if parent else leave_streets(ground, town, spots[place - 1], line)
        nodes = add_line(ground, town.index, start, spots[place - 1], line, rng)
        centres[place] = nodes[-1]
        town.villages.append(Village(community, nodes[-1]))
    town.villages.sort(key=lambda village: village.community)
    used = sum(1 for one in ground.structures[before:] if one.kind == "pole")
    _village_branches(ground, town, max(0, poles - used), inner, rng)


def spanning_tree(spots: list[tuple[float, float]], inner) -> list[tuple[int, int]]:
    """Pairs (place, parent) in the order of growth from place 0: the shortest lines that join all, kept inside ``inner``."""
    count = len(spots)
    at = np.array(spots)
    lengths = np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1))
    pairs = np.stack([np.repeat(at, count, axis=0), np.tile(at, (count, 1))], axis=1)
    outside = ~shapely.covers(inner, shapely.linestrings(pairs)).reshape(count, count)
    lengths = np.where(outside, lengths * 10, lengths)
    best, parent = lengths[0].copy(), np.zeros(count, dtype=int)
    waiting = set(range(1, count))
    grown = []
    while waiting:
        place = min(waiting, key=lambda one: (best[one], one))
        waiting.remove(place)
        grown.append((place, int(parent[place])))
        nearer = lengths[place] < best
        best[nearer], parent[nearer] = lengths[place][nearer], place
    return grown


def add_line(
    ground: Ground, town: int, start: int, target: tuple[float, float], line: str, rng: random.Random, *, last: int = -1
) -> list[int]:
    """The structures of a pole line from ``start`` to ``target``; with ``last`` it ends at that structure instead of a new pole."""
    (x0, y0), (x1, y1) = ground.spot(start), target
    far = math.dist((x0, y0), (x1, y1))
    spans = max(1, round(far / SPAN_M))
    sway = rng.uniform(-0.02, 0.02) * far
    nodes = [start]
    for step in range(1, spans + 1):
        if step == spans and last >= 0:
            nodes.append(last)
        else:
            part = step / spans
            aside = sway * math.sin(math.pi * part) + (rng.uniform(-1.5, 1.5) if step < spans else 0)
            spot = (x0 + (x1 - x0) * part - aside * (y1 - y0) / far, y0 + (y1 - y0) * part + aside * (x1 - x0) / far)
            nodes.append(ground.place(f"{line}/P{step:03d}", "pole", spot, town))
        ground.join(nodes[-2], nodes[-1], "pole_span")
    return nodes


def leave_streets(ground: Ground, town: TownGround, target: tuple[float, float], line: str) -> int:
    """The first pole of a line: from the manhole nearest to ``target`` by a handhole and a riser."""
    manhole = min(town.manholes, key=lambda node: (math.dist(ground.spot(node), target), node))
    x, y = ground.spot(manhole)
    far = max(1.0, math.dist((x, y), target))
    east, north = (target[0] - x) / far, (target[1] - y) / far
    # Each line leaves a little to one side, so that two from one manhole don't share a handhole's place.
    side = 6.0 * (1 + sum(1 for _, number in ground.links[manhole] if ground.sections[number].kind == "duct_section"))
    handhole = ground.place(f"{line}#H1", "handhole", (x + 14 * east - side * north, y + 14 * north + side * east), town.index, "引上手井")
    ground.join(manhole, handhole, "duct_section")
    hx, hy = ground.spot(handhole)
    pole = ground.place(f"{line}/P000", "pole", (hx + 9 * east, hy + 9 * north), town.index)
    ground.join(handhole, pole, "riser")
    return pole


def lay_trunk_lines(ground: Ground, names: list[str], poles: int, inner, rng: random.Random) -> list[tuple[int, int, list[int]]]:
    """Lines between the towns as (town, town, structures from manhole to manhole).

    There are none where they would take too many of the ``poles``.
    """
    seats = [town.seat for town in ground.towns]
    links = spanning_tree(seats, inner)
    wanted = sum(math.dist(seats[one], seats[two]) for one, two in links) / SPAN_M
    if wanted > TRUNK_SHARE * poles:
        return []
    lines = []
    for two, one in links:
        a, z = ground.towns[one], ground.towns[two]
        line = f"{a.prefix}-{names[two]}"
        first, last = leave_streets(ground, a, z.seat, line), leave_streets(ground, z, a.seat, f"{z.prefix}-{names[one]}")
        nodes = add_line(ground, one, first, ground.spot(last), line, rng, last=last)
        for node in nodes:
            ground.structures[node].serves = False
        lines.append((one, two, [*_down_to_streets(ground, first), *nodes, *_down_to_streets(ground, last)[::-1]]))
    return lines


def _down_to_streets(ground: Ground, pole: int) -> list[int]:
    """Manhole and handhole below the first pole of a line."""
    handhole = ground.links[pole][0][0]
    return [ground.links[handhole][0][0], handhole]


def _drawn_nearer(ground: Ground, town: TownGround, spots: list[tuple[float, float]], poles: int) -> list[tuple[float, float]]:
    reach = max(math.dist(ground.spot(node), town.seat) for node in town.manholes)
    at = [town.seat, *spots]
    length = sum(math.dist(at[place], at[parent]) for place, parent in spanning_tree(at, town_disc(town.seat)))
    nearer = min(1.0, LINE_SHARE * poles * SPAN_M / length)
    if nearer == 1.0:
        return spots
    drawn = []
    for x, y in spots:
        far = math.dist((x, y), town.seat)
        keep = max(far * nearer, min(far, reach + 250)) / far
        drawn.append((town.seat[0] + (x - town.seat[0]) * keep, town.seat[1] + (y - town.seat[1]) * keep))
    return drawn


def town_disc(seat: tuple[float, float]) -> shapely.Geometry:
    """A disc wide enough to hold any county: for trees that need no border."""
    return shapely.Point(seat).buffer(500_000)


def _village_branches(ground: Ground, town: TownGround, poles: int, inner, rng: random.Random) -> None:
    shares = [rng.uniform(0.6, 1.4) for _ in town.villages]
    whole = sum(shares)
    left = poles
    for number, (village, part) in enumerate(zip(town.villages, shares, strict=True)):
        count = left if number == len(shares) - 1 else round(poles * part / whole)
        left -= count
        branches = max(1, min(5, round(count / 14)))
        angles = _free_angles(ground, village.centre, branches, rng)
        line = ground.structures[village.centre].code.rpartition("/")[0]
        for branch in range(branches):
            size = count // branches + (branch < count % branches)
            if size:
                village.poles += _branch(ground, town.index, village.centre, f"{line}B{branch + 1}", (angles[branch], size), inner, rng)


def _free_angles(ground: Ground, centre: int, count: int, rng: random.Random) -> list[float]:
    """Directions in which no line leaves the village yet, widest gaps first."""
    x, y = ground.spot(centre)
    taken = sorted(math.atan2(ground.spot(node)[1] - y, ground.spot(node)[0] - x) for node, _ in ground.links[centre])
    angles: list[float] = []
    for _ in range(count):
        ring = sorted([*taken, *angles])
        gaps = [((ring[(index + 1) % len(ring)] - angle) % (2 * math.pi) or 2 * math.pi, angle) for index, angle in enumerate(ring)]
        gap, angle = max(gaps)
        angles.append(math.remainder(angle + gap * rng.uniform(0.42, 0.58), 2 * math.pi))
    return angles


def _branch(ground: Ground, town: int, start: int, line: str, shape: tuple[float, int], inner, rng: random.Random) -> list[int]:
    """Poles of a village's own line; it turns away from the county border."""
    angle, count = shape
    nodes = [start]
    for step in range(1, count + 1):
        x, y = ground.spot(nodes[-1])
        spot = None
        for attempt in range(_TRIES):
            swing = rng.uniform(-0.12, 0.12) + attempt * math.pi / _TRIES * (1 if attempt % 2 else -1)
            span = rng.uniform(46, 64)
            aimed = (x + span * math.cos(angle + swing), y + span * math.sin(angle + swing))
            if shapely.contains_xy(inner, *aimed):
                angle, spot = angle + swing, aimed
                break
        if spot is None:
            break
        nodes.append(ground.place(f"{line}/P{step:03d}", "pole", spot, town))
        ground.join(nodes[-2], nodes[-1], "pole_span")
    return nodes[1:]
