"""A trace in words for people: lines of a table, ends, findings; in Chinese or English."""
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from app.engineering.phrases import Phrases
from app.network.dictionary import word_label
from app.topology.trace_answer import Finding, Trace, TraceEnd, TraceHop, finding_texts

say = Phrases("trace_words.csv", Path(__file__).parent).say
START, BRANCH = "▶", "·"


def say_finding(finding: Finding, language: str) -> str:
    """A finding as one sentence."""
    values = {name: word_label(*value, language) if isinstance(value, tuple) else value for name, value in finding.words.items()}
    return getattr(finding_texts()[finding.rule], language).format(**values)


def table_of(trace: Trace, language: str) -> tuple[list[str], list[list]]:
    """Headers and one row for each hop; a hop behind a splitter is indented."""
    nms = sorted(trace.hops[0].totals.loss_db)
    measures = [say("loss", language, nm=nm) for nm in nms]
    if trace.hops[0].totals.loop_ohm is not None:
        measures = [say("ohm", language)]
    names = ["hop", "joint", "code", "place", "colour", "sheath", "route"]
    headers = [*(say(name, language) for name in names), *measures, say("state", language), say("carried", language)]
    return headers, [_row(hop, trace, nms, language) for hop in trace.hops]


def end_lines(trace: Trace, language: str) -> list[str]:
    """One sentence for each end: its lengths, its loss with and without margin, and what its class says."""
    return [_end_line(trace, end, language) for end in trace.ends]


def finding_lines(trace: Trace, language: str) -> list[str]:
    """One line for each finding, breaks first."""
    ranked = sorted(trace.findings, key=lambda one: one.severity != "break")
    return [f"{say(one.severity, language)} {one.rule} {one.hop or '-'}: {say_finding(one, language)}" for one in ranked]


def as_plain(trace: Trace, language: str) -> dict:
    """The trace as JSON: keys as strings, losses by wavelength, findings with their sentence."""
    return {
        "start": trace.start,
        "hops": [plain_hop(hop) for hop in trace.hops],
        "ends": [_plain(asdict(end)) for end in trace.ends],
        "findings": [
            {"rule": one.rule, "severity": one.severity, "hop": one.hop, "message": say_finding(one, language)} for one in trace.findings
        ],
    }


def plain_hop(hop: TraceHop) -> dict:
    """A hop as JSON."""
    told = _plain(asdict(hop))
    told["kind"], told["id"] = hop.thing[0], str(hop.thing[1])
    for name in ("thing", "line"):
        del told[name]
    if told["joint"]:
        told["joint"]["id"] = str(hop.joint.id)
    if told["claim"]:
        told["claim"]["circuit_id"] = str(hop.claim.circuit_id)
    return told


def _plain(value):
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def _row(hop: TraceHop, trace: Trace, nms: Sequence[int], language: str) -> list:
    place = f"{hop.place.code} > {hop.far_place.code}" if hop.far_place else " ".join(filter(None, (hop.place.code, hop.room)))
    mark = START if hop.no == trace.start else " "
    figures = [_figure(hop.totals.loss_db[nm], 2) for nm in nms]
    if hop.totals.loop_ohm is not None:
        figures = [_figure(hop.totals.loop_ohm, 1)]
    claim = hop.claim
    carried = " ".join(filter(None, (claim.circuit, claim.service, claim.customer))) if claim else None
    return [
        f"{mark}{hop.no}", joined(hop, language), f"{BRANCH * hop.depth}{hop.code}", place, _colour(hop, language),
        _figure(hop.totals.sheath_m, 1), _figure(hop.totals.route_m, 1), *figures, _state(hop, language), carried,
    ]  # fmt: skip


def joined(hop: TraceHop, language: str) -> str | None:
    """How a hop was reached: the kind of joint and where it lies, or the splitter passed."""
    if hop.joint is None:
        return say("split", language, count=hop.outputs) if hop.parent else None
    kind = word_label("joint_kind", hop.joint.kind, language)
    return f"{kind} {hop.joint.equipment}" if hop.joint.equipment else kind


def _colour(hop: TraceHop, language: str) -> str | None:
    return hop.colours[0 if language == "zh" else 1] if hop.colours else None


def _state(hop: TraceHop, language: str) -> str:
    told = [word_label("use", hop.use, language)]
    if hop.life != "in_service":
        told.insert(0, word_label("life", hop.life, language))
    if hop.health != "ok":
        told.append(word_label("health", hop.health, language))
    return " ".join(told)


def _figure(value: float | None, digits: int) -> str | None:
    return None if value is None or math.isnan(value) else f"{value:.{digits}f}"


def _end_line(trace: Trace, end: TraceEnd, language: str) -> str:
    totals = end.totals
    parts = [
        say("end_line", language, code=trace.hop(end.hop).code, sheath=_figure(totals.sheath_m, 1)),
        say("end_route", language, route=_figure(totals.route_m, 1)),
    ]
    if totals.loop_ohm is not None:
        parts.append(say("end_ohm", language, ohm=_figure(totals.loop_ohm, 1)))
    if totals.loss_db and totals.sheath_m:
        loss = ", ".join(f"{_figure(db, 2) or '?'} ({nm})" for nm, db in sorted(totals.loss_db.items()))
        parts.append(say("end_loss", language, loss=loss))
        parts.append(say("end_margin", language, margin=_figure(end.margin_db, 2)))
    if end.verdict:
        name = "class_ok" if end.verdict.passes else "class_bad"
        parts.append(say(name, language, pon_class=end.verdict.pon_class, low=f"{end.verdict.min_db:g}", high=f"{end.verdict.max_db:g}"))
    return "; ".join(parts)
