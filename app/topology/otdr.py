"""From an OTDR's reading on a strand to a stretch of the ground: through joints and coils, never a bare point."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError
from app.engineering.otdr import LIGHT_M_PER_S, FibreRange, Reading, RoutePoint, find_index, locate_fault
from app.engineering.quantities import impossible, not_negative, positive
from app.engineering.tables import LIMITS
from app.network.rules.terminations import A_END, Z_END, conductor_end
from app.topology.continuity import follow_straight
from app.topology.impact import ServiceHit, find_impact
from app.topology.statements import query
from app.topology.trace_rows import read_ways

FIBRE, WAVELENGTHS = "G.652D", (1310, 1550)
ENDS = {"A": Z_END, "Z": A_END}


@dataclass(frozen=True)
class Shot:
    """What the instrument showed.

    Attributes
    ----------
    end
        ``A`` or ``Z``: at which end of the strand it stands.
    metres, round_trip_us
        One of them: the length of fibre as shown, or the time there and back.
    index_set
        The index that the instrument reckoned with, for ``metres``; the table's for 1550 nm where it is not told.
    """

    end: str
    metres: float | None = None
    round_trip_us: float | None = None
    index_set: float | None = None
    pulse_ns: float = 0.0
    slack_error_ratio: float = 0.0

    def reading(self) -> Reading:
        """The reading as a time.

        Raises
        ------
        InputError
            ``VALUE_IMPOSSIBLE``.
        """
        if (self.metres is None) == (self.round_trip_us is None):
            raise impossible("metres", self.metres, "either metres or the time there and back")
        if self.round_trip_us is not None:
            return Reading(self.round_trip_us, self.pulse_ns)
        index = find_index(FIBRE, 1550) if self.index_set is None else self.index_set
        not_negative(metres=self.metres)
        positive(index_set=index)
        return Reading(2 * index * self.metres / LIGHT_M_PER_S * 1e6, self.pulse_ns)


@dataclass(frozen=True)
class GroundPoint:
    """A place on the ground: metres of route from the instrument, lon and lat (EPSG:4490), the section and the metres into it as the way
    goes, the structure where it lies at one, and the unit that looks after it."""

    chainage_m: float
    lon: float
    lat: float
    section: str
    offset_m: float
    structure: str | None
    strand: str
    unit: str | None
    unit_zh: str | None


@dataclass(frozen=True)
class OtdrPlace:
    """Where the event lies: from ``near`` to ``far``; the closures and frames with joints of the strand in between; who lies behind it.

    ``stretch`` is the ground in between: keys of sections, each with the shares of its length (as the section is drawn) where it begins
    and ends.
    """

    near: GroundPoint
    far: GroundPoint
    joints: tuple[str, ...]
    services: tuple[ServiceHit, ...]
    stretch: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True)
class _Span:
    section_id: int
    section: str
    length_m: float
    is_reversed: bool
    start: str
    end: str
    strand: str
    unit: str | None
    unit_zh: str | None


def locate(session: Session, region_id: int, strand_id: int, shot: Shot, day: date) -> OtdrPlace:
    """The place of an event on a strand and on what is joined behind it, as far as the way doesn't part.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    InputError
        ``NOT_FIBRE`` for a pair; ``ROUTE_UNKNOWN`` where a segment follows no sections; ``VALUE_IMPOSSIBLE``, ``OTDR_BEYOND_ROUTE``.
    """
    if shot.end not in ENDS:
        raise impossible("end", shot.end, "A or Z")
    start = ("conductor", strand_id)
    found = read_ways(session, region_id, [start])
    if start not in found.things:
        raise NotFoundError("CODE_UNKNOWN", "there is no strand with this key", found=strand_id)
    leaving = conductor_end(strand_id, ENDS[shot.end])
    passed = [(start, leaving ^ 1), *follow_straight(start, leaving, found.joints_of(0))]
    strands = [(found.things[thing], key & 1) for thing, key in passed if thing[0] == "conductor"]
    if strands[0][0]["role"] != "fibre":
        raise InputError("NOT_FIBRE", "an OTDR measures strands of fibre", subject=strands[0][0]["code"], found="copper", expected="fibre")
    spans, coils = _route(session, region_id, strands)
    interval = locate_fault(shot.reading(), _range(strands), [span.length_m for span in spans], coils, shot.slack_error_ratio)
    near, far = _on_ground(session, region_id, spans, (interval.near, interval.far))
    joints = [row.equipment_id for row in found.joints.values() if row.equipment_id is not None]
    places = {span.start for span in spans[_place(spans, interval.near) : _place(spans, interval.far) + 1]}
    places |= {span.end for span in spans[_place(spans, interval.near) : _place(spans, interval.far) + 1]}
    if near.structure and near.structure == far.structure:
        places = {near.structure}
    closures = sorted({found.things["equipment", key]["code"] for key in joints if found.things["equipment", key]["place"] in places})
    hit = find_impact(session, region_id, [start], day=day)
    return OtdrPlace(near, far, tuple(closures), hit.services, tuple(_stretch(spans, interval.near, interval.far)))


def _range(strands: Sequence) -> FibreRange:
    """Least and largest index and excess of the strands passed; the tables' where a segment does not tell its own."""
    known = [find_index(FIBRE, nm) for nm in WAVELENGTHS]
    excess = [row["helix_ratio"] for row, _ in strands]
    low = LIMITS["strand_excess_least_ratio"] if None in excess else min(excess)
    high = LIMITS["strand_excess_most_ratio"] if None in excess else max(excess)
    indices = [row["index_n"] for row, _ in strands]
    indices = known if None in indices else indices
    return FibreRange(min(indices), max(indices), low, high)


def _route(session: Session, region_id: int, strands: Sequence) -> tuple[list[_Span], dict[int, float]]:
    """The spans in the order of the light, and the coils by node."""
    keys = [row["owner_id"] for row, _ in strands]
    rows = session.execute(query("otdr_route"), {"region_id": region_id, "segments": list(dict.fromkeys(keys))}).all()
    spans: list[_Span] = []
    coils: dict[int, float] = {}
    for strand, face in strands:
        own = [row for row in rows if row.segment_id == strand["owner_id"]]
        if not own:
            raise InputError(
                "ROUTE_UNKNOWN", f"segment {strand['owner_code']} follows no sections", subject=strand["owner_code"],
                next_step="record the sections that it follows",
            )  # fmt: skip
        is_back = face == Z_END
        for row in reversed(own) if is_back else own:
            before, after = (row.slack_after_m, row.slack_before_m) if is_back else (row.slack_before_m, row.slack_after_m)
            turned = row.is_reversed != is_back
            start, end = (row.z_code, row.a_code) if turned else (row.a_code, row.z_code)
            coils[len(spans)] = coils.get(len(spans), 0.0) + before
            spans.append(_Span(row.section_id, row.section, row.length_m, turned, start, end, strand["code"], row.unit, row.unit_zh))
            coils[len(spans)] = coils.get(len(spans), 0.0) + after
    return spans, coils


def _place(spans: Sequence[_Span], point: RoutePoint) -> int:
    """The place of the span of a point; for a node that of the span behind it, the last node's being the span before."""
    return point.span - 1 if point.span is not None else min(point.node, len(spans) - 1)


def _stretch(spans: Sequence[_Span], near: RoutePoint, far: RoutePoint):
    """The sections from one point to the other, each with the shares of its line where the stretch begins and ends."""
    first, last = _place(spans, near), _place(spans, far)
    for place, span in enumerate(spans[first : last + 1], start=first):
        begins = min(_offset(spans, near) / span.length_m, 1.0) if place == first else 0.0
        ends = min(_offset(spans, far) / span.length_m, 1.0) if place == last else 1.0
        yield (span.section_id, 1.0 - ends, 1.0 - begins) if span.is_reversed else (span.section_id, begins, ends)


def _offset(spans: Sequence[_Span], point: RoutePoint) -> float:
    """Metres from where the light enters the span of a point."""
    if point.offset_m is not None:
        return point.offset_m
    return 0.0 if point.node < len(spans) else spans[_place(spans, point)].length_m


def _on_ground(session: Session, region_id: int, spans: Sequence[_Span], points: Sequence[RoutePoint]) -> list[GroundPoint]:
    own, offsets = [], []
    for point in points:
        span = spans[_place(spans, point)]
        own.append(span)
        offsets.append(_offset(spans, point))
    parts = [min(offset / span.length_m, 1.0) for span, offset in zip(own, offsets, strict=True)]
    given = [1.0 - part if span.is_reversed else part for span, part in zip(own, parts, strict=True)]
    asked = {"region_id": region_id, "sections": [span.section_id for span in own], "parts": given}
    rows = session.execute(query("otdr_points"), asked).all()
    found = []
    for point, span, offset, row in zip(points, own, offsets, rows, strict=True):
        structure = None if point.node is None else span.start if point.node < len(spans) else span.end
        found.append(GroundPoint(point.chainage_m, row.lon, row.lat, span.section, offset, structure, span.strand, span.unit, span.unit_zh))
    return found
