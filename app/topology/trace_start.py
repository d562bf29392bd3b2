"""Where the trace of a code begins: a strand, a pair or a port itself; the lines of a number, circuit, service, customer or address."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.network.queries.codes import Hit, resolve_code
from app.topology.continuity import Thing
from app.topology.statements import query

MEMBERS = ("conductor", "port")
HOLDERS = ("circuit", "number", "service", "customer", "address")


@dataclass(frozen=True)
class TraceStart:
    """A strand, pair or port to start from; ``circuit`` and ``service`` tell for whom, None where the thing itself was asked for."""

    thing: Thing
    circuit: str | None = None
    service: str | None = None
    path_no: int = 1


def find_traced(session: Session, region_id: int, code: str) -> Hit:
    """The one thing of this code that can be traced.

    Raises
    ------
    NotFoundError
        ``CODE_UNKNOWN``.
    InputError
        ``NOT_TRACED`` where the code names nothing that carries light or current by itself; ``CODE_AMBIGUOUS`` where it names several.
    """
    hits = resolve_code(session, region_id, code)
    found = [hit for hit in hits if hit.kind in MEMBERS + HOLDERS]
    if not found:
        raise InputError(
            "NOT_TRACED", f"{hits[0].code} is a {hits[0].kind}: a trace needs one strand, pair or port, or something served",
            subject=hits[0].code, found=hits[0].kind, expected=", ".join(MEMBERS + HOLDERS),
            next_step="name a strand (segment:number) or a port (equipment/number)",
        )  # fmt: skip
    if len(found) > 1:
        raise InputError(
            "CODE_AMBIGUOUS", f"several things are called {code}", subject=code, found=", ".join(f"{hit.kind} {hit.code}" for hit in found),
            next_step="name one of them with its parent's code",
        )  # fmt: skip
    return found[0]


def list_starts_of(session: Session, region_id: int, kind: str, key: int) -> Sequence[TraceStart]:
    """Where the ways of a thing begin, its own lines before those that they ride; empty where it holds no line. One statement at most."""
    if kind in MEMBERS:
        return [TraceStart((kind, key))]
    rows = list(session.execute(query("trace_starts"), {"region_id": region_id, "kind": kind, "id": key}).mappings())
    order = ("level", "service_code", "circuit_code", "path_no", "kind", "id")
    rows.sort(key=lambda row: [row[name] or "" if name.endswith("code") else row[name] for name in order])
    return [TraceStart((row["kind"], row["id"]), row["circuit_code"], row["service_code"], row["path_no"]) for row in rows]
