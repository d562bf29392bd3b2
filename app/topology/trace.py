"""Traces: the way that light or current takes from a termination."""
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

LONGEST = 500
_TRACE = text((Path(__file__).parent / "sql" / "trace.sql").read_text(encoding="utf-8"))


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


def trace_hops(session: Session, region_id: int, end_key: int) -> list[Hop]:
    """Every joint passed on the way out of a termination, nearest first; empty where nothing is joined to it.

    The way goes on through strands, pairs, panels and splitters (from the input to all outputs), inside one region and for
    500 joints at most. It leaves by the joint at ``end_key`` and never turns back through the thing that it starts at.
    """
    rows = session.execute(_TRACE, {"region_id": region_id, "end_key": end_key, "longest": LONGEST})
    return [Hop(*row) for row in rows]
