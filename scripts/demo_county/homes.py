"""Where people live: buildings round the boxes, DPs and LAN switches that serve them, and some that nothing reaches."""
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely

from scripts.demo_county.budget import share
from scripts.demo_county.geography import Land
from scripts.demo_county.plant import CustomerPort, TownPlant
from scripts.demo_county.structures import Ground, to_lonlat

BUILDINGS = 60_000
HOUSEHOLDS = 250_000
UNSERVED_SHARE = 0.12
UNSERVED_HOUSEHOLDS = 24
# Nothing nearer than this reaches an unserved spot, and no drop is longer than its technology's reach (metres).
UNSERVED_FROM_M = 420.0
REACH_M = {"pon": 250.0, "copper": 350.0}
UNIT_HOUSEHOLDS = 12
GOLDEN_ANGLE = 2.399963
# First distance from the structure and the growth of the spiral, metres; households to a building.
URBAN = (10.0, 9.0, 9.0)
RURAL = (16.0, 20.0, 3.0)
# In towns every so-manieth house is so many times larger than the others.
LARGE_EVERY = 5
LARGE_HOUSE = 8.0


@dataclass(eq=False)
class Spot:
    """A structure with what serves from it, and the homes around it.

    ``units`` are (address, households); ``first`` is its first building and ``count`` how many it has.
    """

    node: int
    town: int
    points: dict[str, list[str]] = field(default_factory=dict)
    ports: list[CustomerPort] = field(default_factory=list)
    households: int = 0
    count: int = 0
    first: int = 0
    units: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Homes:
    """A county's buildings: rows of ``building`` and ``address``, places (lon, lat; metres), and the spot of each building."""

    spots: list[Spot]
    buildings: list[tuple]
    addresses: list[tuple]
    lonlat: np.ndarray
    metres: np.ndarray
    owners: list[int]
    is_served: list[bool]

    def place(self, address: str) -> tuple[tuple[float, float], str]:
        """Where an address is (lon, lat), and its community."""
        row = self._rows[address.rpartition("/")[0]]
        return tuple(self.lonlat[row].tolist()), self.buildings[row][3]

    def __post_init__(self) -> None:
        self._rows = {row[0]: number for number, row in enumerate(self.buildings)}


def build_homes(ground: Ground, land: Land, plants: list[TownPlant], scale: float, rng: random.Random) -> Homes:
    """Buildings and addresses of a county; the ports of customers must have been noted."""
    served = _served(plants)
    empty = _unserved(ground, plants, served, round(HOUSEHOLDS * scale * UNSERVED_SHARE / UNSERVED_HOUSEHOLDS), rng)
    spots = served + empty
    _populate(ground, spots, len(served), scale, rng)
    owners = [number for number, spot in enumerate(spots) for _ in range(spot.count)]
    metres, lonlat, communities = _place(ground, land, spots, owners)
    buildings, addresses = _name(ground, land, spots, owners, communities)
    return Homes(spots, buildings, addresses, lonlat, metres, owners, [owner < len(served) for owner in owners])


def _served(plants: list[TownPlant]) -> list[Spot]:
    spots: dict[int, Spot] = {}
    for town, plant in enumerate(plants):
        for cabinet in plant.access.cabinets:
            for trunk in cabinet.trunks:
                for leaf in trunk.leaves if trunk.life == "in_service" else ():
                    spot = spots.setdefault(leaf.node, Spot(leaf.node, town))
                    spot.points.setdefault("pon" if cabinet.medium == "fibre" else "copper", []).append(leaf.bank.frames[0][0])
        for switch in plant.lan:
            spots.setdefault(switch.node, Spot(switch.node, town)).points.setdefault("lan", []).append(switch.code)
        for port in plant.customer_ports:
            spots[port.node].ports.append(port)
    return list(spots.values())


def _unserved(ground: Ground, plants: list[TownPlant], served: list[Spot], count: int, rng: random.Random) -> list[Spot]:
    """Poles of villages that are far from all that serves."""
    poles = [(node, town) for town, plant in enumerate(plants) for village in plant.town.villages for node in village.poles]
    tree = shapely.STRtree(shapely.points([ground.spot(spot.node) for spot in served]))
    points = shapely.points(np.array([ground.spot(node) for node, _ in poles]).reshape(-1, 2))
    near = set(tree.query(points, predicate="dwithin", distance=UNSERVED_FROM_M)[0].tolist())
    far = [place for place in range(len(poles)) if place not in near]
    return [Spot(*poles[place]) for place in sorted(rng.sample(far, min(count, len(far))))]


def _populate(ground: Ground, spots: list[Spot], served: int, scale: float, rng: random.Random) -> None:
    """Households and numbers of buildings: at least as many homes as customers, more where more is built."""
    least = [math.ceil(1.1 * len(spot.ports)) + 2 for spot in spots]
    total = round(HOUSEHOLDS * scale)
    empty = round(total * UNSERVED_SHARE) if served < len(spots) else 0
    for part, whole in ((range(served), total - empty), (range(served, len(spots)), empty)):
        weights = [(least[number] + 4) * rng.uniform(0.6, 1.4) for number in part]
        rest = share(max(0, whole - sum(least[number] for number in part)), weights)
        for number, more in zip(part, rest, strict=True):
            spots[number].households = least[number] + more
    weights = [spot.households / _style(ground, spot)[2] for spot in spots]
    for spot, count in zip(spots, share(round(BUILDINGS * scale), weights, 1), strict=True):
        spot.count = min(count, spot.households)


def _style(ground: Ground, spot: Spot) -> tuple[float, float, float]:
    return RURAL if ground.structures[spot.node].kind == "pole" else URBAN


def _place(ground: Ground, land: Land, spots: list[Spot], owners: list[int]) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Metres, lon and lat, and community of every building: a spiral round each spot, drawn in where it would leave the county."""
    metres = np.empty((len(owners), 2))
    row = 0
    for number, spot in enumerate(spots):
        spot.first = row
        x, y = ground.spot(spot.node)
        start, growth, _ = _style(ground, spot)
        turns = np.arange(spot.count)
        far = start + growth * np.sqrt(turns)
        angle = turns * GOLDEN_ANGLE + number
        metres[row: row + spot.count] = np.column_stack((x + far * np.cos(angle), y + far * np.sin(angle))).round(2)
        row += spot.count
    tree = shapely.STRtree([one.geometry for one in land.communities])
    lonlat = to_lonlat(metres)
    found = _communities(tree, lonlat)
    lost = [place for place in range(len(owners)) if place not in found]
    for place in lost:
        node = spots[owners[place]].node
        metres[place] = np.array(ground.spot(node)) + [0.5 * (place - spots[owners[place]].first) % 5, 1.0]
    if lost:
        lonlat = to_lonlat(metres)
        found = _communities(tree, lonlat)
    return metres, lonlat, [found[place] for place in range(len(owners))]


def _communities(tree: shapely.STRtree, lonlat: np.ndarray) -> dict[int, int]:
    which, found = tree.query(shapely.points(lonlat), predicate="intersects")
    return dict(zip(which.tolist(), found.tolist(), strict=True))


def _name(ground: Ground, land: Land, spots: list[Spot], owners: list[int], communities: list[int]) -> tuple[list[tuple], list[tuple]]:
    buildings, addresses = [], []
    serial: dict[int, int] = {}
    homes_of = [_homes(ground, spot) for spot in spots]
    for place, (owner, community) in enumerate(zip(owners, communities, strict=True)):
        spot = spots[owner]
        number = serial[spot.town] = serial.get(spot.town, 0) + 1
        homes = homes_of[owner][place - spot.first]
        units = math.ceil(homes / UNIT_HOUSEHOLDS)
        code = f"{ground.towns[spot.town].prefix}-LY{number:05d}"
        place_name = land.communities[community].name_zh
        floors = max(1, min(18, math.ceil(homes / units / 2))) if units > 1 or homes > 4 else 2
        buildings.append((code, f"{place_name}{number}号", floors, land.communities[community].code))
        for unit in range(units):
            count = homes // units + (unit < homes % units)
            addresses.append((code, f"{unit + 1:02d}", f"{place_name}{number}号{unit + 1}单元", count))
            spot.units.append((f"{code}/{unit + 1:02d}", count))
    return buildings, addresses


def _homes(ground: Ground, spot: Spot) -> list[int]:
    """Households of each building of a spot: in towns a few large houses among small ones."""
    style = _style(ground, spot)
    weights = [LARGE_HOUSE if style is URBAN and number % LARGE_EVERY == 0 else 1.0 for number in range(spot.count)]
    return share(spot.households, weights, 1)


def serving_rows(ground: Ground, homes: Homes) -> Iterator[tuple]:
    """Rows of the layer ``serving``: what stands at the spot itself, else the nearest within reach."""
    near = {kind: _nearest(ground, homes.spots, kind) for kind in REACH_M}
    row = 0
    for code, unit, *_ in homes.addresses:
        while homes.buildings[row][0] != code:
            row += 1
        for technology, spot in _sources(homes, row, near):
            points = spot.points["copper" if technology in ("adsl", "pots") else technology]
            x, y = ground.spot(spot.node)
            far = math.hypot(homes.metres[row, 0] - x, homes.metres[row, 1] - y)
            yield (f"{code}/{unit}", technology, points[row % len(points)], round(far, 1))


def _sources(homes: Homes, row: int, near: dict[str, dict[int, Spot]]) -> Iterator[tuple[str, Spot]]:
    if not homes.is_served[row]:
        return
    owner = homes.owners[row]
    spot = homes.spots[owner]
    if owner in near["pon"]:
        yield "pon", near["pon"][owner]
    if owner in near["copper"]:
        yield "adsl", near["copper"][owner]
        yield "pots", near["copper"][owner]
    if "lan" in spot.points:
        yield "lan", spot


def _nearest(ground: Ground, spots: list[Spot], kind: str) -> dict[int, Spot]:
    """Spot -> itself where it has such a point, else the nearest within reach that has."""
    holders = [spot for spot in spots if kind in spot.points]
    if not holders:
        return {}
    tree = shapely.STRtree(shapely.points([ground.spot(spot.node) for spot in holders]))
    points = shapely.points([ground.spot(spot.node) for spot in spots])
    which, found = tree.query_nearest(points, max_distance=REACH_M[kind], all_matches=False)
    near = dict(zip(which.tolist(), (holders[place] for place in found.tolist()), strict=True))
    return near | {number: spot for number, spot in enumerate(spots) if kind in spot.points}
