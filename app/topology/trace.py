"""Traces: the way that light or current takes, joint by joint, with everything that is known of what it passes."""
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.engineering.colours import pair_colour, strand_colour
from app.topology.continuity import Step, Thing, Way, follow
from app.topology.statements import query
from app.topology.trace_answer import Finding, HopJoint, Place, Totals, Trace, TraceEnd, TraceHop
from app.topology.trace_claims import Claims, compare, gather_claims
from app.topology.trace_loss import (
    WAVELENGTHS,
    ClassVerdict,
    class_named,
    class_of_port,
    joint_db,
    judge,
    margin_db,
    pair_ohm_per_km,
    splitter_db,
    strand_db_per_km,
)
from app.topology.trace_rows import Reading, read_ways

LONGEST = 500
_TRACE = query("trace")


@dataclass(frozen=True)
class Hop:
    """One joint on the way.

    Attributes
    ----------
    no
        1 for the joint at the termination asked for; behind a splitter several hops have one number.
    from_key, at_key
        The joint's termination on the near and on the far side.
    """

    no: int
    from_key: int
    at_key: int


@dataclass(frozen=True)
class Question:
    """What is wanted besides the hops: lines over the ground, and a class of PON other than that of the port."""

    pon_class: str | None = None
    with_lines: bool = False


def trace_hops(session: Session, region_id: int, end_key: int) -> list[Hop]:
    """Every joint passed on the way out of a termination, nearest first; empty where nothing is joined to it.

    The way goes on through strands, pairs, panels and splitters (from the input to all outputs), inside one region and for
    500 joints at most. It leaves by the joint at ``end_key`` and never turns back through the thing that it starts at.
    """
    rows = session.execute(_TRACE, {"region_id": region_id, "end_key": end_key, "longest": LONGEST})
    return [Hop(*row) for row in rows]


def trace_ways(session: Session, region_id: int, starts: Sequence[Thing], question: Question = Question()) -> list[Trace]:
    """The whole way through each of these strands, pairs or ports, both ways to the ends, splitters as trees. Three statements.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN`` where one of them is not there.
    InputError
        ``PON_CLASS_UNKNOWN``.
    """
    reading = read_ways(session, region_id, starts, question.with_lines)
    teller = _Teller(reading, gather_claims(reading.claims), question)
    return [teller.tell(no, start) for no, start in enumerate(starts)]


class _Teller:
    """Tells one way after the other from what was read."""

    def __init__(self, reading: Reading, claims: Claims, question: Question) -> None:
        self.reading, self.claims, self.question = reading, claims, question
        named = class_named(question.pon_class) if question.pon_class else None
        nms = {named.downstream_nm, named.upstream_nm} if named else set()
        classes = {class_of_port(port_type) for port_type in {row["type"] for row in reading.things.values()}} - {None}
        for one in map(class_named, classes):
            nms |= {one.downstream_nm, one.upstream_nm}
        self.named, self.nms = named, tuple(sorted(nms or WAVELENGTHS))

    def tell(self, no: int, start: Thing) -> Trace:
        things = self.reading.things
        if start not in things:
            raise NotFoundError("CODE_UNKNOWN", f"there is no {start[0]} with this key", found=start[1])
        way = follow(start, self.reading.joints_of(no))
        findings: list[Finding] = []
        hops: list[TraceHop] = []
        roles = {things[step.thing]["role"] for step in way.steps}
        is_light = not roles.isdisjoint({"fibre", "split_in", "split_out"}) and "copper" not in roles
        base = Totals(loss_db={nm: 0.0 for nm in self.nms}) if is_light else Totals(loop_ohm=0.0 if "copper" in roles else None)
        for step in way.steps:
            before = hops[step.parent - 1] if step.parent else None
            hops.append(self._hop(step, before, before.totals if before else base))
            findings += self._states(hops[-1])
        parents = {step.parent for step in way.steps}
        leaves = [hop for hop in hops if hop.no not in parents]
        findings += self._open_ends(way, hops, leaves)
        findings += compare(way, {hop.thing: hop.code for hop in hops}, self.claims)
        ends = tuple(self._end(hop, hops, findings) for hop in leaves)
        return Trace(way.start, tuple(hops), ends, tuple(sorted(findings, key=lambda one: (one.hop or 0, one.rule))))

    def _hop(self, step: Step, before: TraceHop | None, base: Totals) -> TraceHop:
        row = self.reading.things[step.thing]
        joint = self._joint(step, row, before, bool(base.loss_db))
        place, far = self._places(row, before)
        totals = self._totals(row, base, joint, step.parent is not None)
        return TraceHop(
            step.no, step.parent, step.depth, step.thing, row["code"], row["role"], row["model_kind"], row["type"], row["owner_code"],
            place, far, row["room"], row["life"], row["use"], row["health"], _colours(row), row["sheath_m"], row["route_m"],
            row["output_count"], joint, totals, self.claims.of_thing.get(step.thing), row["line"],
        )  # fmt: skip

    def _joint(self, step: Step, row: Mapping, before: TraceHop | None, is_light: bool) -> HopJoint | None:
        if step.joint is None or before is None:
            return None
        found = self.reading.joints[step.joint]
        inside = self.reading.things.get(("equipment", found.equipment_id))
        loss = joint_db(found.kind, found.loss_db, (_face(row["role"]), _face(before.role))) if is_light else None
        code, place = (inside["code"], Place(inside["place"], inside["lon"], inside["lat"])) if inside else (None, None)
        return HopJoint(found.id, found.kind, code, place, found.tray_no, loss, found.loss_db is not None, found.life)

    def _places(self, row: Mapping, before: TraceHop | None) -> tuple[Place, Place | None]:
        near = Place(row["place"], row["lon"], row["lat"])
        if row["kind"] != "conductor":
            return near, None
        far = Place(row["far_place"], row["far_lon"], row["far_lat"])
        came_from = (before.far_place or before.place).code if before else None
        return (far, near) if came_from == far.code != near.code else (near, far)

    def _totals(self, row: Mapping, base: Totals, joint: HopJoint | None, is_reached: bool) -> Totals:
        metres, route_m = row["sheath_m"] or 0.0, row["route_m"] or 0.0
        sheath, route = base.sheath_m + metres, base.route_m + route_m
        if not base.loss_db:
            ohm = pair_ohm_per_km(row["model"]) * metres / 1000 if metres else 0.0
            return Totals(sheath, route, {}, None if base.loop_ohm is None else base.loop_ohm + ohm)
        own = joint.loss_db if joint else 0.0
        if joint is None and is_reached:
            own = splitter_db(row["output_count"]) or math.nan
        km = metres * (1 + (row["helix_ratio"] or 0.0)) / 1000
        return Totals(sheath, route, {nm: db + own + (km * strand_db_per_km(nm) if km else 0.0) for nm, db in base.loss_db.items()})

    def _states(self, hop: TraceHop) -> Iterator[Finding]:
        row = self.reading.things[hop.thing]
        for subject, life, health in ((hop.code, hop.life, hop.health), (hop.owner, row["owner_life"], row["owner_health"])):
            if life != "in_service":
                yield Finding("NOT_IN_SERVICE", hop.no, {"subject": subject, "word": ("life", life)})
            if health != "ok":
                yield Finding("FAULTY", hop.no, {"subject": subject, "word": ("health", health)})
        if hop.joint and hop.joint.life != "in_service":
            yield Finding("NOT_IN_SERVICE", hop.no, {"subject": hop.joint.equipment or hop.code, "word": ("life", hop.joint.life)})
        if hop.use == "in_use" and hop.claim is None:
            yield Finding("SURVEY_ONLY", hop.no, {"subject": hop.code})
        if hop.metres is not None and hop.route_m is None:
            yield Finding("NO_ROUTE", hop.no, {"subject": hop.owner})
        if hop.parent and hop.joint is None and splitter_db(hop.outputs) is None:
            yield Finding("SPLITTER_LOSS_UNKNOWN", hop.no, {"count": hop.outputs})

    def _open_ends(self, way: Way, hops: Sequence[TraceHop], leaves: Sequence[TraceHop]) -> Iterator[Finding]:
        looping = {no for no, _ in way.loops}
        for no, other in way.loops:
            yield Finding("LOOP", no, {"subject": hops[no - 1].code, "other": self.reading.things[other]["code"]})
        if self.reading.is_cut_off:
            yield Finding("TOO_MANY", None, {"count": len(hops)})
        for hop in (hops[0], *(leaf for leaf in leaves if leaf is not hops[0])):
            if hop.no not in looping and hop.role not in ("plain", "split_in") and not self.claims.is_end(hop.thing):
                yield Finding("OPEN_END", hop.no, {"subject": hop.code})

    def _end(self, hop: TraceHop, hops: Sequence[TraceHop], findings: list[Finding]) -> TraceEnd:
        totals = hop.totals
        if not totals.loss_db or not totals.sheath_m:
            return TraceEnd(hop.no, totals, None, None)
        pon = self.named or next((class_named(name) for one in (hops[0], hop) if (name := class_of_port(one.port_type))), None)
        verdict = judge(totals.loss_db, totals.sheath_m, pon) if pon and not math.isnan(sum(totals.loss_db.values())) else None
        findings += _class_findings(hop, totals, verdict) if verdict and self._is_whole(hop, hops) else ()
        return TraceEnd(hop.no, totals, margin_db(totals.sheath_m), verdict)

    def _is_whole(self, hop: TraceHop, hops: Sequence[TraceHop]) -> bool:
        """True where both ends are those of something: what is still open tells nothing about its class."""
        return all(one.role == "plain" or self.claims.is_end(one.thing) for one in (hops[0], hop))


def _class_findings(hop: TraceHop, totals: Totals, verdict: ClassVerdict) -> Iterator[Finding]:
    words = {"subject": hop.code, "pon_class": verdict.pon_class, "margin": f"{verdict.margin_db:.2f}"}
    if "loss" in verdict.faults:
        loss = max(totals.loss_db.values()) + verdict.margin_db
        yield Finding("CLASS_LOSS", hop.no, {**words, "loss": f"{loss:.2f}", "limit": f"{verdict.max_db:.2f}"})
    if "overload" in verdict.faults:
        yield Finding("CLASS_OVERLOAD", hop.no, {**words, "loss": f"{min(totals.loss_db.values()):.2f}", "limit": f"{verdict.min_db:.2f}"})


def _face(role: str) -> str:
    return {"fibre": "conductor", "copper": "conductor", "plain": "active"}.get(role, "passive")


def _colours(row: Mapping) -> tuple[str, str] | None:
    """The colours of a strand or pair in Chinese and English, tube or unit first."""
    if row["kind"] != "conductor":
        return None
    return pair_colours(int(row["no"])) if row["role"] == "copper" else strand_colours(int(row["no"]), row["tube_size"])


@cache
def strand_colours(no: int, tube_size: int | None) -> tuple[str, str] | None:
    """Tube and strand, as in 橙/蓝; None where the size of the tubes is not known."""
    if not tube_size:
        return None
    found = strand_colour(no, tube_size)
    rings = "*" * found.tube_ring_count
    return f"{found.tube_colour.zh}{rings}/{found.fibre_colour.zh}", f"{found.tube_colour.en}{rings}/{found.fibre_colour.en}"


@cache
def pair_colours(no: int) -> tuple[str, str]:
    """Binder of the unit and the two wires, as in 白橙 白蓝."""
    found = pair_colour(no)
    binder = found.binder or ()
    zh = " ".join(filter(None, ("".join(one.zh for one in binder), found.lead.zh + found.mate.zh)))
    return zh, " ".join(filter(None, ("-".join(one.en for one in binder), f"{found.lead.en}-{found.mate.en}")))
