"""Lines that could serve a place, found in the rows: ways up from free access ports to free line ports.

For an answer nothing is locked. For taking (``is_locked``) one port after the other is locked where it is found, and what others have
locked is passed over: so nobody waits for anybody, and nobody gets what somebody else has.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.core.prepared import ask
from app.operations.rules.lines import Hop, Line, Product, Reason
from app.operations.statements import sql

FIT = ("ok", "degraded")
# What is full beyond an access point is full for all its ports.
FULL = ("NO_FREE_TERMINAL", "NO_FREE_SPLITTER", "NO_FEEDER", "NO_LINE_PORT", "NO_CHANNEL")
# What statements are asked about: the parameters that list it, and the columns that tell for which of it a row is.
ASKED_ABOUT = {
    "access_ports": (("points",), ("access_id",)), "cabinet_outputs": (("points",), ("cabinet_id",)),
    "line_walk": (("starts",), ("start_key",)),
    "splitter_trees": (("splitters",), ("splitter_id",)), "feeder_terminals": (("points", "apart"), ("cabinet_id", "apart")),
    "office_ports": (("structures",), ("structure_id",)), "free_sections": ((), ()),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A place, by point and where it is known by address, and what is wanted there."""

    lon: float
    lat: float
    product: Product
    rate_mbit: float | None = None
    address_id: int | None = None
    address: str | None = None


class Known:
    """Rows that were read, by what they were read for: many places that are looked at one by one read nothing twice."""

    def __init__(self) -> None:
        self._found: dict[tuple, dict[tuple, list]] = {}

    def rows(self, name: str, given: dict, read: Callable[[str, dict], list]) -> list:
        """The rows of a statement, of which those that are not known are read."""
        lists, columns = ASKED_ABOUT[name]
        others = tuple((key, value) for key, value in sorted(given.items()) if key not in lists)
        found = self._found.setdefault((name, others), {})
        wanted = list(zip(*(given[key] for key in lists), strict=True)) if lists else [()]
        new = [one for one in dict.fromkeys(wanted) if one not in found]
        if new:
            read_now: dict[tuple, list] = {one: [] for one in new}
            listed = dict(zip(lists, map(list, zip(*new, strict=True)), strict=True))
            for row in read(name, {**given, **listed}):
                # Ways have parts that nobody asked for yet.
                read_now.setdefault(tuple(getattr(row, column) for column in columns), []).append(row)
            found.update(read_now)
        return [row for one in wanted for row in found[one]]


@dataclass
class Search:
    """How a search goes: in which region, whether what it finds is locked, which ports (keys) it must pass over, and which it prefers.

    ``is_thin`` looks at two ports of an access point only: mostly all of them lead the same way. ``skips_splitters`` leaves out the outputs
    of splitters that hang on it. ``is_taking`` follows no further what can't be taken, where else its price is wanted. ``known`` keeps what
    is read.
    """

    session: Session
    region_id: int
    is_locked: bool = False
    is_taking: bool = False
    most: int = 8
    passed: set[int] = field(default_factory=set)
    wanted: tuple[int, ...] = ()
    is_thin: bool = False
    skips_splitters: bool = False
    known: Known | None = None

    def access_ports(self, points: Iterable[int], **given) -> list:
        """Free ports of access points; where the search is thin, of each kind the first and the last of each point."""
        rows = self.rows("access_ports", points=list(points), **given)
        if not self.is_thin:
            return rows
        groups: dict[tuple, list] = {}
        for row in rows:
            groups.setdefault((row.access_id, row.role), []).append(row)
        return [row for group in groups.values() for row in (group if len(group) < 3 else (group[0], group[-1]))]

    def rows(self, name: str, **given) -> list:
        """The rows of one statement; where ports are locked, one port."""
        return self._read(name, given) if self.known is None else self.known.rows(name, given, self._read)

    def _read(self, name: str, given: dict) -> list:
        bound = {"region_id": self.region_id, "most": 1 if self.is_locked else self.most, **given}
        # What is locked and not taken would be lost to others for a while, so only one is, unless a certain one is wanted.
        bound |= {"passed": sorted(self.passed), "wanted": list(self.wanted), "in_all": 1 if self.is_locked and not self.wanted else None}
        return ask(self.session, sql(name, is_locked=self.is_locked), bound).all()

    def walk(self, starts: Iterable[int]) -> dict[int, list]:
        """The ways up from terminations, by termination."""
        asked = set(starts)
        parts, wanted = {}, asked
        while wanted:
            parts.update((key, []) for key in wanted)
            for row in self.rows("line_walk", starts=sorted(wanted)):
                parts.setdefault(row.start_key, []).append(row)
            # Above a splitter many ways are one; that part is told with the first of them.
            wanted = {rows[-1].input_key for rows in parts.values() if rows and rows[-1].input_key} - parts.keys()
        return {key: _follow(parts, key) for key in asked}


def _follow(parts: dict[int, list], key: int) -> list:
    """A way with what it has above splitters."""
    found, seen = [], set()
    while key and key not in seen:
        seen.add(key)
        found += parts[key]
        key = parts[key][-1].input_key if parts[key] else None
    return found


def list_access_points(search: Search, asked: Asked, most: int) -> list:
    """The access point of the address and the nearest others."""
    return list_all_access_points(search, [asked], most)[0]


def list_all_access_points(search: Search, places: Sequence[Asked], most: int) -> list[list]:
    """The same for each of several places at which one product is asked for. One statement."""
    product = places[0].product
    given = {
        "region_id": search.region_id, "kinds": product.access_kinds.split("|"), "technology": product.technology, "most": most,
        "reach_m": product.reach_m, "lons": [place.lon for place in places], "lats": [place.lat for place in places],
        "address_ids": [place.address_id for place in places],
    }  # fmt: skip
    found: list[list] = [[] for _ in places]
    for row in ask(search.session, sql("access_points"), given):
        if row.is_served or row.drop_m <= product.reach_m:
            found[row.place_no - 1].append(row)
    return found


def start_line(point, *reasons: Reason, hops: Sequence[Hop] = ()) -> Line:
    """A line that begins at an access point."""
    return Line(point.id, point.code, point.is_served, point.drop_m, point.lon, point.lat, tuple(hops), reasons=tuple(reasons))


def hop_of(row, why: str = "") -> Hop:
    """What a row of a walk passed."""
    if row.is_conductor:
        return Hop("conductor", row.id, row.code, row.role, row.sheath_m, row.segment_id, why)
    return Hop("port", row.id, row.code, row.role, why=why)


def unfit(rows: Iterable) -> list[Reason]:
    """What on the way may not be taken: held, not in service, or out of order."""
    return [
        Reason("WAY_UNFIT", {"at": row.code}, row.sheath_m or 0.0)
        for row in rows
        if row.use != "idle" or row.life != "in_service" or row.health not in FIT
    ][:1]


def metres_of(rows: Iterable) -> float:
    """The sheaths that a way passes."""
    return sum(row.sheath_m or 0.0 for row in rows)


def segments_of(rows: Iterable) -> str:
    """The segments (keys) that a way passes, with commas."""
    return ",".join(str(key) for key in sorted({row.segment_id for row in rows if row.segment_id}))


def read_feeders(search: Search, ways: Iterable[tuple[int, Sequence]]) -> dict[tuple[int, str], list]:
    """Free terminals of cabinets (keys) over which ways go on, by cabinet and ``segments_of`` the way that comes there."""
    found: dict[tuple[int, str], list] = {(key, segments_of(rows)): [] for key, rows in ways}
    if found:
        points, apart = map(list, zip(*sorted(found), strict=True))
        for row in search.rows("feeder_terminals", points=points, apart=apart):
            found[row.cabinet_id, row.apart].append(row)
    return found
