"""Climbs: the ways from many access points up to the line ports that serve them, all at once.

A trace answers one question; an import asks tens of thousands. Here every way takes one step in each statement, so that the
work is a few dozen joins of whole sets, whatever their number.
"""
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

LONGEST = 500
_SQL = Path(__file__).parent / "sql"


def climb(session: Session, region_id: int, name: str, through_splitters: bool) -> None:
    """Fill ``<name>_step`` with what each way passes, and ``<name>_end`` with where it ends; both go with the transaction.

    Parameters
    ----------
    name
        ``<name>_start (way_id, leave_key)`` is a temporary table: the termination by which each way leaves. The steps are
        ``(way_id, no, conductor_id, port_id, role, inner_port_id, leave_key)``: the strand, pair or port reached by joint number
        ``no``, its role, and at a splitter's output the input of its group by which the way leaves. The ends are
        ``(way_id, no, port_id, is_line)``: the last step, 0 where nothing is joined to the start; ``is_line`` is true where
        that is a plain port, as of a line card.
    through_splitters
        False ends each way at the first splitter that it meets.
    """
    bound = {"region_id": region_id, "through": through_splitters}
    for statement in _statements("climb_start", name):
        session.execute(text(statement), bound)
    (step,) = _statements("climb_step", name)
    for no in range(1, LONGEST + 1):
        if not session.execute(text(step), {**bound, "no": no}).rowcount:
            break
        if no == 1:
            session.execute(text(f"ANALYZE {name}_step"))
    for statement in _statements("climb_end", name):
        session.execute(text(statement), bound)


def _statements(file: str, name: str) -> list[str]:
    written = (_SQL / f"{file}.sql").read_text(encoding="utf-8").replace("{name}", name)
    return [statement for statement in written.split(";\n") if statement.strip()]
