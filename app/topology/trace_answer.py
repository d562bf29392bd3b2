"""What a trace answers: hops in order, ends, findings. Lengths in m, losses in dB by wavelength in nm, resistance in ohm."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.engineering.tables import read_table
from app.topology.continuity import Thing
from app.topology.trace_loss import ClassVerdict

HERE = Path(__file__).parent


@dataclass(frozen=True)
class FindingText:
    """How a finding is said; ``severity`` is ``break`` where the way ends or fails there, ``doubt`` where records disagree."""

    rule: str
    severity: str
    zh: str
    en: str


@dataclass(frozen=True)
class Finding:
    """Something to know about a way: at which hop, and what; ``words`` fill the sentence, a pair (list, value) being a word of a list."""

    rule: str
    hop: int | None
    words: Mapping[str, object] = field(hash=False, default_factory=dict)

    @property
    def severity(self) -> str:
        return finding_texts()[self.rule].severity


@dataclass(frozen=True)
class Place:
    """A structure: its code and where it stands, EPSG:4490."""

    code: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Totals:
    """Sums from the first hop on; ``loss_db`` is empty on copper, ``loop_ohm`` None on fibre, and both where they are not known."""

    sheath_m: float = 0.0
    route_m: float = 0.0
    loss_db: Mapping[int, float] = field(default_factory=dict, hash=False)
    loop_ohm: float | None = None


@dataclass(frozen=True)
class HopJoint:
    """The joint by which a hop was reached; ``loss_db`` as counted, ``is_measured`` where it is the joint's own."""

    id: int
    kind: str
    equipment: str | None
    place: Place | None
    tray_no: str | None
    loss_db: float | None
    is_measured: bool
    life: str


@dataclass(frozen=True)
class Claim:
    """A circuit that claims a hop, and whom it serves."""

    circuit_id: int
    circuit: str
    kind: str
    service: str | None
    product: str | None
    customer: str | None
    segment: str | None


@dataclass(frozen=True)
class TraceHop:
    """One strand, pair or port on the way.

    Attributes
    ----------
    no, parent
        Number from 1, and that of the hop before; a branch stands behind the splitter's input at which it parts.
    depth
        How often the way has parted before.
    role
        ``fibre`` or ``copper`` for strands and pairs; the role of a port.
    owner
        Code of the segment or of the equipment.
    place, far_place
        Where it stands; for strands and pairs where they begin, and where they end as the way goes.
    room
        Site, room and rack, where it stands in one.
    colours
        Chinese and English names of the tube or unit and of the strand or pair (B3).
    metres, route_m
        Sheath and route of the segment.
    outputs
        Outputs of the splitter to which the port belongs.
    line
        The segment's way over the ground as GeoJSON, where asked for.
    """

    no: int
    parent: int | None
    depth: int
    thing: Thing
    code: str
    role: str
    model_kind: str | None
    port_type: str | None
    owner: str
    place: Place
    far_place: Place | None
    room: str | None
    life: str
    use: str
    health: str
    colours: tuple[str, str] | None
    metres: float | None
    route_m: float | None
    outputs: int | None
    joint: HopJoint | None
    totals: Totals
    claim: Claim | None
    line: str | None = None


@dataclass(frozen=True)
class TraceEnd:
    """Where a way ends, what it sums to there, and whether the class of PON bears it."""

    hop: int
    totals: Totals
    margin_db: float | None
    verdict: ClassVerdict | None


@dataclass(frozen=True)
class Trace:
    """The whole way through one strand, pair or port.

    Attributes
    ----------
    start
        The hop that was asked for.
    ends
        The last hop of each branch, in order; the first hop is the other end.
    """

    start: int
    hops: tuple[TraceHop, ...]
    ends: tuple[TraceEnd, ...]
    findings: tuple[Finding, ...]

    def hop(self, no: int) -> TraceHop:
        return self.hops[no - 1]


@cache
def finding_texts() -> dict[str, FindingText]:
    """How each rule's findings are said."""
    return {row.rule: row for row in read_table("trace_findings.csv", FindingText, HERE)}
