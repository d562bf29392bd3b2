"""Manholes and duct sections under the streets of a town, and the office in the middle of them."""
import heapq
import math
import random

from scripts.demo_county.structures import Ground, TownGround

# A street runs along every third line of the lattice; manholes stand on every point of a street.
BLOCK = 3
PITCH_M = (58.0, 72.0)
_NAMES = (
    ("DD", "大道"), ("RM", "人民路"), ("JS", "建设路"), ("JF", "解放路"), ("XH", "新华路"), ("WH", "文化路"),
    ("HP", "和平路"), ("GY", "工业路"), ("NY", "农业路"), ("CJ", "长江路"), ("BH", "滨河路"), ("TC", "体育路"),
    ("ZS", "中山路"), ("QN", "青年路"), ("YY", "育英路"), ("FL", "枫林路"), ("YH", "沿河路"), ("HX", "红星路"),
    ("MY", "梅园路"), ("LT", "龙潭路"), ("DX", "东兴路"), ("XL", "西陵路"), ("NH", "南湖路"), ("BM", "北门路"),
)


def lattice_radius_m(manholes: int) -> float:
    """Radius of the built-up ground that so many manholes cover."""
    return math.sqrt(manholes * 9 / 5 / math.pi) * sum(PITCH_M) / 2


def lay_streets(ground: Ground, town: TownGround, count: int, rng: random.Random) -> None:
    """Draw ``count`` manholes with their duct sections, and the office building joined to the nearest of them."""
    points = _grown(count, rng)
    pitch, turn = rng.uniform(*PITCH_M), rng.uniform(0, math.pi / 2)
    nodes: dict[tuple[int, int], int] = {}
    serial: dict[str, int] = {}
    for point in sorted(points, key=lambda one: (_street(one), one)):
        abbreviation, name = _label(_street(point))
        number = serial[abbreviation] = serial.get(abbreviation, 0) + 1
        spot = _spot(town.seat, point, pitch, turn, rng)
        nodes[point] = ground.place(f"{town.prefix}{abbreviation}#{number:03d}", "manhole", spot, town.index, f"{name}{number}号人井")
    town.manholes = [nodes[point] for point in points]
    town.streets = _streets(nodes)
    for point in sorted(nodes):
        _join_streets(ground, nodes, point, rng)
    _place_office(ground, town, nodes, (pitch, turn), rng)


def _grown(count: int, rng: random.Random) -> list[tuple[int, int]]:
    """Lattice points in the order in which the town grew, each beside an earlier one."""
    heap = [(0.0, (0, 0))]
    seen = {(0, 0)}
    grown = []
    while len(grown) < count:
        _, point = heapq.heappop(heap)
        grown.append(point)
        for near in _along_streets(point):
            if near not in seen:
                seen.add(near)
                heapq.heappush(heap, (math.hypot(*near) * rng.uniform(0.85, 1.15), near))
    return grown


def _along_streets(point: tuple[int, int]) -> list[tuple[int, int]]:
    i, j = point
    near = []
    if j % BLOCK == 0:
        near += [(i - 1, j), (i + 1, j)]
    if i % BLOCK == 0:
        near += [(i, j - 1), (i, j + 1)]
    return near


def _street(point: tuple[int, int]) -> tuple[str, int]:
    i, j = point
    return ("east", j // BLOCK) if j % BLOCK == 0 else ("north", i // BLOCK)


def _label(street: tuple[str, int]) -> tuple[str, str]:
    """Abbreviation and name; streets are numbered from the middle outwards, east-west ones even."""
    heading, line = street
    place = (2 * line if line >= 0 else -2 * line - 1) * 2 + (heading == "north")
    if place < len(_NAMES):
        return _NAMES[place]
    return (f"{chr(ord('A') + place // 26 % 26)}{place % 26:02d}", f"{place}号街")


def _streets(nodes: dict[tuple[int, int], int]) -> list[tuple[str, str, list[int]]]:
    """Each street as the manholes along it, parted where some are missing; single ones are none."""
    lines: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for i, j in nodes:
        if j % BLOCK == 0:
            lines.setdefault(("east", j // BLOCK), []).append((i, j))
        if i % BLOCK == 0:
            lines.setdefault(("north", i // BLOCK), []).append((i, j))
    found = []
    for street, points in sorted(lines.items()):
        points.sort()
        starts = [place for place, point in enumerate(points) if place == 0 or sum(point) - sum(points[place - 1]) > 1]
        for start, end in zip(starts, [*starts[1:], len(points)], strict=True):
            if end - start > 1:
                found.append((*_label(street), [nodes[point] for point in points[start:end]]))
    return found


def _spot(seat: tuple[float, float], point: tuple[int, int], pitch: float, turn: float, rng: random.Random) -> tuple[float, float]:
    i, j = point
    # A slow wave keeps long streets from looking ruled.
    east = i * pitch + 12 * math.sin(j / 5) + rng.uniform(-3, 3)
    north = j * pitch + 12 * math.sin(i / 6) + rng.uniform(-3, 3)
    return (seat[0] + east * math.cos(turn) - north * math.sin(turn), seat[1] + east * math.sin(turn) + north * math.cos(turn))


def _join_streets(ground: Ground, nodes: dict, point: tuple[int, int], rng: random.Random) -> None:
    for near in _along_streets(point):
        if near > point and near in nodes:
            a, z = nodes[point], nodes[near]
            ground.join(a, z, "duct_section", _bend(ground, a, z, rng) if rng.random() < 0.1 else None)


def _bend(ground: Ground, a: int, z: int, rng: random.Random) -> tuple[float, float]:
    (x1, y1), (x2, y2) = ground.spot(a), ground.spot(z)
    aside = rng.uniform(-0.04, 0.04)
    return (round((x1 + x2) / 2 - aside * (y2 - y1), 3), round((y1 + y2) / 2 + aside * (x2 - x1), 3))


def _place_office(ground: Ground, town: TownGround, nodes: dict, lattice: tuple[float, float], rng: random.Random) -> None:
    pitch, turn = lattice
    half = pitch * 0.5
    spot = (
        town.seat[0] + half * math.cos(turn) - half * math.sin(turn),
        town.seat[1] + half * math.sin(turn) + half * math.cos(turn),
    )
    town.office = ground.place(f"{town.prefix}-JF01", "building", spot, town.index, "局房")
    for corner in ((0, 0), (1, 0), (0, 1)):
        if corner in nodes:
            ground.join(town.office, nodes[corner], "duct_section")
