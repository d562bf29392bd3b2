"""Statements that a connection plans once: for short questions the server takes longer to plan them than to answer them.

A connection must keep its server process between transactions; a pooler that gives each transaction another one is not for these.
"""
from itertools import count

from sqlalchemy import CursorResult, TextClause, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

_KEPT = "netgrid_prepared"
_PLANNED: dict[str | TextClause, tuple[str, str]] = {}
_numbers = count(1)


def ask(session: Session, statement: str | TextClause, given: dict) -> CursorResult:
    """The rows of a statement; the first time on a connection it is planned with the same trip to the server.

    Parameters
    ----------
    statement
        One of those that the program was written with, never made of values; parameters whose type the server can't tell are cast in it.
    """
    connection = session.connection()
    kept = connection.info.setdefault(_KEPT, {})
    body, values = _planned(connection, statement)
    name = kept.get(statement)
    if name is not None:
        return connection.exec_driver_sql(f"EXECUTE {name} {values}", given)
    # What failed may have left its name behind, so that every attempt takes a new one.
    name = f"netgrid_{next(_numbers)}"
    found = connection.exec_driver_sql(f"PREPARE {name} AS {body}; EXECUTE {name} {values}", given)
    kept[statement] = name
    return found


def _planned(connection: Connection, statement: str | TextClause) -> tuple[str, str]:
    """The statement with numbered parameters, and the list of their values as the driver takes it."""
    if statement not in _PLANNED:
        compiled = (text(statement) if isinstance(statement, str) else statement).compile(dialect=connection.dialect)
        names = list(compiled.params)
        body = compiled.string
        for number, name in enumerate(names, start=1):
            body = body.replace(f"%({name})s", f"${number}")
        values = ", ".join(f"%({name})s" for name in names)
        _PLANNED[statement] = body, f"({values})"
    return _PLANNED[statement]
