"""The ground of a county while it is being drawn: structures (points) and sections between them, in metres of EPSG:4546."""
import math
from dataclasses import dataclass, field

import numpy as np
import shapely
from pyproj import Geod, Transformer

METRIC = "EPSG:4546"
LONLAT = "EPSG:4490"
_GEOD = Geod(ellps="GRS80")
_TO_METRIC = Transformer.from_crs(LONLAT, METRIC, always_xy=True)
_TO_LONLAT = Transformer.from_crs(METRIC, LONLAT, always_xy=True)
CLOSEST_M = 3.0


@dataclass(slots=True)
class Structure:
    """``town`` is the index of the town that numbers it; ``serves`` is False on lines between towns."""

    code: str
    kind: str
    x: float
    y: float
    town: int
    name: str = ""
    serves: bool = True
    community: int = -1


@dataclass(slots=True)
class Section:
    """``a`` and ``z`` are positions in the list of structures; ``bend`` is a corner between them."""

    code: str
    kind: str
    a: int
    z: int
    bend: tuple[float, float] | None = None
    length_m: float = 0.0


@dataclass
class Village:
    """A village: its community, the pole in its middle, and the poles of its own lines."""

    community: int
    centre: int
    poles: list[int] = field(default_factory=list)


@dataclass
class TownGround:
    """What is drawn of one town. ``prefix`` opens the plates of its plant, such as GA-DHD.

    A street is its abbreviation, its name, and manholes in order.
    """

    index: int
    prefix: str
    seat: tuple[float, float]
    office: int = -1
    manholes: list[int] = field(default_factory=list)
    villages: list[Village] = field(default_factory=list)
    streets: list[tuple[str, str, list[int]]] = field(default_factory=list)


class Ground:
    """Structures and sections of a county, and who touches whom."""

    def __init__(self) -> None:
        self.structures: list[Structure] = []
        self.sections: list[Section] = []
        self.links: list[list[tuple[int, int]]] = []
        self.towns: list[TownGround] = []
        self.lonlat: np.ndarray = np.empty((0, 2))

    def place(self, code: str, kind: str, spot: tuple[float, float], town: int, name: str = "") -> int:
        """Position of a new structure in the list."""
        self.structures.append(Structure(code, kind, round(spot[0], 3), round(spot[1], 3), town, name))
        self.links.append([])
        return len(self.structures) - 1

    def join(self, a: int, z: int, kind: str, bend: tuple[float, float] | None = None) -> int:
        """Position of a new section between two structures."""
        number = len(self.sections)
        # A plane length serves until the last structure stands; finish() measures properly.
        self.sections.append(Section(self._section_code(a, z), kind, a, z, bend, math.dist(self.spot(a), self.spot(z))))
        self.links[a].append((z, number))
        self.links[z].append((a, number))
        return number

    def _section_code(self, a: int, z: int) -> str:
        """``GA-DHDRM#012-#013`` on one street or line, else both plates without the shared start."""
        first, last = self.structures[a], self.structures[z]
        for mark in "#/":
            head, found, _ = first.code.rpartition(mark)
            if found and last.code.startswith(head + mark):
                return f"{first.code}-{last.code[len(head) + (mark == '/'):]}"
        shared = self.towns[first.town].prefix if first.town == last.town else first.code.split("-")[0]
        return f"{first.code}-{last.code.removeprefix(shared).lstrip('-')}"

    def spot(self, node: int) -> tuple[float, float]:
        """x, y in metres."""
        structure = self.structures[node]
        return (structure.x, structure.y)

    def finish(self, communities: list[shapely.Geometry]) -> None:
        """Part what stands too close, measure every section, and find every structure's community.

        Raises
        ------
        RuntimeError
            A structure lies outside every community.
        """
        self._part_neighbours()
        spots = np.array([(one.x, one.y) for one in self.structures])
        self.lonlat = np.column_stack(_TO_LONLAT.transform(spots[:, 0], spots[:, 1]))
        self._measure()
        tree = shapely.STRtree(communities)
        which, found = tree.query(shapely.points(self.lonlat), predicate="intersects")
        for node, community in zip(which.tolist(), found.tolist(), strict=True):
            self.structures[node].community = community
        lost = [one.code for one in self.structures if one.community < 0]
        if lost:
            raise RuntimeError(f"{len(lost)} structures lie outside every community, first {lost[0]}")

    def _part_neighbours(self) -> None:
        points = shapely.points([(one.x, one.y) for one in self.structures])
        left, right = shapely.STRtree(points).query(points, predicate="dwithin", distance=CLOSEST_M)
        moved = sorted({int(two) for one, two in zip(left, right, strict=True) if one < two})
        for node in moved:
            self._push_away(node)

    def _push_away(self, node: int) -> None:
        """Move a structure along its own section, away from what it hangs on, so that no section becomes too short."""
        structure = self.structures[node]
        x, y = self.spot(self.links[node][0][0])
        far = math.dist((x, y), self.spot(node))
        longer = (far + 2 * CLOSEST_M) / far
        structure.x = round(x + (structure.x - x) * longer, 3)
        structure.y = round(y + (structure.y - y) * longer, 3)

    def _measure(self) -> None:
        ends = np.array([(section.a, section.z) for section in self.sections])
        start, stop = self.lonlat[ends[:, 0]], self.lonlat[ends[:, 1]]
        lengths = _GEOD.inv(start[:, 0], start[:, 1], stop[:, 0], stop[:, 1])[2]
        for section, length, one, two in zip(self.sections, lengths.tolist(), start, stop, strict=True):
            if section.bend:
                corner = _TO_LONLAT.transform(*section.bend)
                length = _GEOD.line_length([one[0], corner[0], two[0]], [one[1], corner[1], two[1]])
            section.length_m = length


def to_metres(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points of EPSG:4490 (lon, lat) in metres of EPSG:4546 (east, north)."""
    if not points:
        return []
    lon, lat = zip(*points, strict=True)
    return list(zip(*_TO_METRIC.transform(lon, lat), strict=True))


def to_lonlat(points: np.ndarray) -> np.ndarray:
    """Points of EPSG:4546 (east, north) in degrees of EPSG:4490 (lon, lat)."""
    return np.column_stack(_TO_LONLAT.transform(points[:, 0], points[:, 1]))


def outline_in_metres(outline: shapely.Polygon, inset_m: float) -> shapely.Polygon:
    """The outline in EPSG:4546, drawn in by ``inset_m``, ready for many questions."""
    metric = shapely.Polygon(to_metres(shapely.get_coordinates(outline).tolist())).buffer(-inset_m)
    shapely.prepare(metric)
    return metric
