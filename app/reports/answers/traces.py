"""A trace of whatever a code names, and what it stands on and who stands on it."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.network.dictionary import word_label
from app.network.queries.codes import Hit, full_codes, resolve_code
from app.reports.answers.statements import statement
from app.topology.dependency_layers import LAYERS, Layer, list_above, list_below
from app.topology.impact_rows import ELEMENT_KINDS
from app.topology.trace import Question, trace_ways
from app.topology.trace_answer import Trace
from app.topology.trace_start import HOLDERS, MEMBERS, TraceStart, find_traced, list_starts_of
from app.topology.trace_text import as_plain

# So many ways on one page at most; a large customer holds some hundred lines.
MOST_WAYS = 100
MOST_THINGS = 200
STANDING = ("conductor", "segment", "cable", "port", "card", "equipment", "duct", "section")


@dataclass(frozen=True)
class TraceAnswer:
    """What a code names, its ways, and how many more ways it has than were followed."""

    hit: Hit
    starts: Sequence[TraceStart]
    traces: Sequence[Trace]
    left_out: int = 0


def find_trace(session: Session, region_id: int, code: str, question: Question, most: int | None = None) -> TraceAnswer:
    """The ways of what a code names, ``most`` of them; none where it holds no line.

    Raises
    ------
    NotFoundError, InputError
        As `find_traced` and `trace_ways`.
    """
    hit = find_traced(session, region_id, code)
    every = list_starts_of(session, region_id, hit.kind, hit.id)
    starts = every[:most]
    traces = trace_ways(session, region_id, [start.thing for start in starts], question) if starts else []
    return TraceAnswer(hit, starts, traces, len(every) - len(starts))


def plain_trace(answer: TraceAnswer, language: str) -> dict:
    """The answer as JSON."""
    told = [
        {"circuit": start.circuit, "service": start.service, "path_no": start.path_no, **as_plain(one, language)}
        for start, one in zip(answer.starts, answer.traces, strict=True)
    ]
    return {"kind": answer.hit.kind, "code": answer.hit.code, "traces": told}


def plain_layers(session: Session, region_id: int, code: str, language: str) -> dict:
    """What a thing stands on (``below``) and who stands on it (``above``), layer by layer, the nearest first; codes in order.

    ``is_traced`` is True where it has a way of its own.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    InputError
        ``NOT_CARRYING`` where nothing stands on what the code names, and it on nothing.
    """
    hits = resolve_code(session, region_id, code)
    hit = next((hit for hit in hits if hit.kind in HOLDERS or hit.kind in ELEMENT_KINDS), None)
    if hit is None:
        raise InputError(
            "NOT_CARRYING", f"nobody stands on a {hits[0].kind}", subject=hits[0].code, found=hits[0].kind,
            next_step="name a strand, a hole, a section, equipment, a circuit or something served",
        )  # fmt: skip
    above = list_above(session, region_id, hit.kind, hit.id) if hit.kind in ELEMENT_KINDS or hit.kind == "circuit" else []
    below = [_plain_layer(layer, language) for layer in _below(session, region_id, hit)]
    return {
        "kind": hit.kind, "code": hit.code, "is_traced": hit.kind in MEMBERS + HOLDERS, "below": below,
        "above": [_plain_layer(layer, language) for layer in above],
    }  # fmt: skip


def _below(session: Session, region_id: int, hit: Hit) -> list[Layer]:
    if hit.kind == "circuit":
        layers = list_below(session, region_id, circuits=[hit.id])
        return [layer for layer in layers if layer.things != ((hit.id, hit.code),)]
    if hit.kind in HOLDERS:
        held = session.execute(statement("services_of"), {"region_id": region_id, "kind": hit.kind, "id": hit.id}).scalars().all()
        return list_below(session, region_id, services=held) if held else []
    if hit.kind not in STANDING:
        return []
    rows = session.execute(statement("stands_on"), {"region_id": region_id, "kind": hit.kind, "id": hit.id}).all()
    codes = full_codes(session, region_id, [(kind, key) for kind, key in rows])
    found = {kind: tuple(sorted((key, codes[kind, key]) for name, key in rows if name == kind)) for kind, _ in rows}
    return [Layer(kind, found[kind]) for kind in LAYERS if kind in found]


def _plain_layer(layer: Layer, language: str) -> dict:
    things = [{"id": str(key), "code": code} for key, code in layer.things[:MOST_THINGS]]
    return {"kind": layer.kind, "kind_label": word_label("kind", layer.kind, language), "total": len(layer.things), "things": things}
