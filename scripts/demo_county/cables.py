"""Cables as trees: one trunk opened at closures along its way, and a branch from each closure to a cabinet, box or DP."""
from dataclasses import dataclass, field

from scripts.demo_county.routes import Forest, sections_along
from scripts.demo_county.structures import Ground

# Longest piece without a straight joint; a drum holds 4 km.
DRUM_M = {"fibre": 3_000.0, "copper": 2_500.0}
SIZES = {
    "fibre": (4, 6, 8, 12, 16, 24, 36, 48, 72, 96, 144, 216, 288),
    "copper": (10, 20, 30, 50, 100, 200, 300, 400, 600, 800, 1200, 1600, 1800, 2400),
}
PRODUCT = {"fibre": "GYTA", "copper": "HYA"}
UNIT = {"fibre": 12, "copper": 25}


@dataclass(slots=True, eq=False)
class Leaf:
    """Where a trunk's conductors end.

    Attributes
    ----------
    node
        Structure of the panel; -1 until its building is placed.
    anchor
        Structure from which the panel is reached: itself, or the manhole before the building.
    block
        Conductors led here; ``offset`` counts those before them in the trunk.
    use
        Position in the block -> state word.
    bank
        The panel, and ``start``, the first of its terminals taken.
    """

    node: int
    anchor: int
    block: int = 0
    offset: int = 0
    start: int = 0
    tap: int = -1
    branch: list[int] = field(default_factory=list)
    use: dict[int, str] = field(default_factory=dict)
    bank: object = None
    branch_size: int = 0
    pieces: list = field(default_factory=list)

    def strand(self, position: int) -> int:
        """Number in the trunk of a position of the block."""
        return self.offset + position + 1


@dataclass(slots=True, eq=False)
class Segment:
    """A piece of sheath; ``states`` maps a state word to conductor numbers."""

    cable: str
    own: str
    medium: str
    size: int
    nodes: list[int]
    life: str
    built_on: str = ""
    sheath_m: float = 0.0
    states: dict[str, list[int]] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return f"{self.cable}/{self.own}"


@dataclass(slots=True, eq=False)
class Trunk:
    """A cable with its branches. ``leaves`` stand in the order in which the trunk meets them; the last ends it.

    ``bank`` is the panel at the head and ``start`` the first of its terminals taken. ``is_late`` says that the cable stands apart
    from the county's budget of conductors.
    """

    medium: str
    role: str
    town: int
    path: list[int]
    leaves: list[Leaf]
    life: str = "in_service"
    size: int = 0
    label: str = ""
    code: str = ""
    bank: object = None
    start: int = 0
    is_late: bool = False
    breaks: list[int] = field(default_factory=list)
    pieces: list[Segment] = field(default_factory=list)
    closures: dict[int, str] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """Conductors led to leaves."""
        return sum(leaf.block for leaf in self.leaves)


def plan_trunk(ground: Ground, forest: Forest, medium: str, role: str, town: int, leaves: list[Leaf]) -> Trunk:
    """A trunk from the root of ``leaves`` to the farthest of them, tapped for the others."""
    last = max(leaves, key=lambda leaf: (forest.depth[leaf.anchor] + (leaf.anchor != leaf.node), forest.walk[leaf.anchor]))
    path = forest.path(last.anchor) + ([last.node] if last.anchor != last.node else [])
    place = {node: index for index, node in enumerate(path)}
    for leaf in leaves:
        if leaf is not last:
            _tap(forest, leaf, place)
    others = sorted((leaf for leaf in leaves if leaf is not last), key=lambda leaf: (place[leaf.tap], forest.walk[leaf.anchor]))
    trunk = Trunk(medium, role, town, path, [*others, last])
    taps = sorted({place[leaf.tap] for leaf in others})
    trunk.breaks = with_joints(ground, path, taps, medium)
    return trunk


def count_segments(ground: Ground, trunk: Trunk) -> int:
    """Pieces of the trunk and of all its branches."""
    branches = sum(len(with_joints(ground, leaf.branch, [], trunk.medium)) + 1 for leaf in trunk.leaves[:-1])
    return len(trunk.breaks) + 1 + branches


def branch_breaks(ground: Ground, trunk: Trunk, leaf: Leaf) -> list[int]:
    """Places on a branch where straight joints stand."""
    return with_joints(ground, leaf.branch, [], trunk.medium)


def _tap(forest: Forest, leaf: Leaf, place: dict[int, int]) -> None:
    chain = [leaf.node] if leaf.anchor == leaf.node else [leaf.node, leaf.anchor]
    # A panel on the trunk's own way is fed from the structure before it.
    at = forest.parent[leaf.anchor] if leaf.anchor == leaf.node else leaf.anchor
    while place.get(at, 0) < 1:
        if chain[-1] != at:
            chain.append(at)
        at = forest.parent[at]
    if chain[-1] != at:
        chain.append(at)
    leaf.tap, leaf.branch = at, chain[::-1]


def with_joints(ground: Ground, path: list[int], taps: list[int], medium: str) -> list[int]:
    """Places on ``path``: the ``taps``, and the straight joints that keep every piece within a drum."""
    stops, drum_m = set(taps), DRUM_M[medium]
    along = 0.0
    for index, length in enumerate(_lengths(ground, path), start=1):
        along += length
        if index in stops:
            along = 0.0
        elif along > drum_m and index < len(path) - 1:
            stops.add(index)
            along = 0.0
    return sorted(stops)


def _lengths(ground: Ground, path: list[int]) -> list[float]:
    known = path[:-1] if path[-1] < 0 else path
    return [ground.sections[number].length_m for number in sections_along(ground, known)]
