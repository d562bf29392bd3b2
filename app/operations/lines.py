"""Lines that could serve a place, found in the rows: ways up from free access ports to free line ports.

For an answer nothing is locked. For taking (``is_locked``) one port after the other is locked where it is found, and what others have
locked is passed over: so nobody waits for anybody, and nobody gets what somebody else has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.core.prepared import ask
from app.operations.rules.lines import Hop, Line, Product, Reason
from app.operations.statements import sql

FIT = ("ok", "degraded")


@dataclass(frozen=True)
class Asked:
    """A place, by point and where it is known by address, and what is wanted there."""

    lon: float
    lat: float
    product: Product
    rate_mbit: float | None = None
    address_id: int | None = None
    address: str | None = None


@dataclass
class Search:
    """How a search goes: in which region, whether what it finds is locked, which ports (keys) it must pass over, and which it prefers.

    ``is_thin`` looks at two ports of an access point only: mostly all of them lead the same way.
    """

    session: Session
    region_id: int
    is_locked: bool = False
    most: int = 8
    passed: set[int] = field(default_factory=set)
    wanted: tuple[int, ...] = ()
    is_thin: bool = False

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
        bound = {"region_id": self.region_id, "most": 1 if self.is_locked else self.most, **given}
        # What is locked and not taken would be lost to others for a while, so only one is, unless a certain one is wanted.
        bound |= {"passed": sorted(self.passed), "wanted": list(self.wanted), "in_all": 1 if self.is_locked and not self.wanted else None}
        return ask(self.session, sql(name, is_locked=self.is_locked), bound).all()

    def walk(self, starts: Iterable[int]) -> dict[int, list]:
        """The ways up from terminations, by termination."""
        found: dict[int, list] = {key: [] for key in starts}
        if found:
            for row in ask(self.session, sql("line_walk"), {"region_id": self.region_id, "starts": sorted(found)}):
                found[row.start_key].append(row)
        return found


def list_access_points(search: Search, asked: Asked, most: int) -> list:
    """The access point of the address and the nearest others."""
    kinds = asked.product.access_kinds.split("|")
    given = {"lon": asked.lon, "lat": asked.lat, "address_id": asked.address_id, "technology": asked.product.technology}
    given |= {"region_id": search.region_id, "kinds": kinds, "reach_m": asked.product.reach_m, "most": most}
    rows = ask(search.session, sql("access_points"), given).all()
    return [row for row in rows if row.is_served or row.drop_m <= asked.product.reach_m]


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
