"""Statements that a connection plans once, and statements that wait for the next trip to the server.

For short questions the server takes longer to plan them than to answer them, and a trip takes longer than either. A connection must keep
its server process between transactions; a pooler that gives each transaction another one is not for these.
"""
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from weakref import WeakKeyDictionary

import psycopg2
from sqlalchemy import Result, TextClause, event, text
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine import Connection, Engine, IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import Session

_KEPT, _WAITING, _CONNECTION = "netgrid_prepared", "netgrid_waiting", "netgrid_connection"
_PLANNED: dict[str | TextClause, tuple[str, str]] = {}
# What the rows of a statement are made of: its columns never change.
_COLUMNS: dict[str | TextClause, SimpleResultMetaData] = {}
# Bare cursors have no place to keep names; their connections are known here as long as they live.
_BARE: WeakKeyDictionary[object, dict[str, str]] = WeakKeyDictionary()
_DIALECT = PGDialect_psycopg2()
_numbers = count(1)


def ask(session: Session, statement: str | TextClause, given: dict) -> Result:
    """The rows of a statement; the first time on a connection it is planned with the same trip to the server.

    Parameters
    ----------
    statement
        One of those that the program was written with, never made of values; parameters whose type the server can't tell are cast in it.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        What the server refuses, as ``session.execute`` raises it.
    """
    connection = _connection_of(session)
    kept = connection.info.setdefault(_KEPT, {})
    name, written = _write(kept, statement)
    # As Connection.exec_driver_sql, which takes as long to learn the columns anew as the server takes for a short question.
    cursor = None
    try:
        cursor = connection.connection.cursor()
        for listener in connection.dispatch.before_cursor_execute:
            written, given = listener(connection, cursor, written, given, None, False)
        cursor.execute(written, given)
        rows = cursor.fetchall() if cursor.description else []
    except psycopg2.Error as error:
        # SQLAlchemy's own end of exec_driver_sql: tells the error as its own, and gives up a lost connection and those of the pool as old.
        connection._handle_dbapi_exception(error, written, given, cursor, None)
    columns = _COLUMNS.get(statement)
    if columns is None:
        columns = _COLUMNS[statement] = SimpleResultMetaData([column.name for column in cursor.description or ()])
    cursor.close()
    kept[statement] = name
    return IteratorResult(columns, iter(rows))


def ask_bare(cursor, statement: str, given: dict) -> None:
    """The same through a bare cursor, which has the rows then."""
    kept = _BARE.setdefault(cursor.connection, {})
    name, written = _write(kept, statement)
    cursor.execute(written, given)
    kept[statement] = name


def _write(kept: dict, statement: str | TextClause) -> tuple[str, str]:
    """The name of a planned statement, and what has to be sent; what is not ``kept`` is planned with it."""
    body, values = _planned(statement)
    name = kept.get(statement)
    if name is not None:
        return name, f"EXECUTE {name} {values}"
    # What failed may have left its name behind, so that every attempt takes a new one.
    name = f"netgrid_{next(_numbers)}"
    return name, f"PREPARE {name} AS {body}; EXECUTE {name} {values}"


def later(session: Session, statement: str | TextClause, given: dict) -> None:
    """Send a statement along with the next one, whichever that is, or with the commit; what it tells is not heard.

    What the server refuses is told of the statement that took it along, so this is for what nobody has an answer to.
    """
    connection = _connection_of(session)
    name = connection.info.get(_KEPT, {}).get(statement)
    if name is None:
        ask(session, statement, given)
    else:
        _wait(session, f"EXECUTE {name} {_planned(statement)[1]}", given)


def send_now(session: Session) -> None:
    """Send what waits: for those who use the driver's connection by themselves."""
    _send(_connection_of(session))


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """Where this raises, what was done in it is undone and nothing else; takes no trips of its own. Not for changes of mapped objects."""
    connection = _connection_of(session)
    name = f"netgrid_{next(_numbers)}"
    opening = _wait(session, f"SAVEPOINT {name}")
    try:
        yield
    except Exception:
        if connection.invalidated:
            # There is nothing left to undo, and the error tells why.
            raise
        waiting = connection.info.get(_WAITING, [])
        if opening in waiting:
            del waiting[waiting.index(opening) :]
        else:
            waiting.clear()
            connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")
        raise
    _wait(session, f"RELEASE SAVEPOINT {name}")


def _wait(session: Session, statement: str, given: dict | None = None) -> str:
    """The statement as it will be sent."""
    connection = session.info[_WAITING] = _connection_of(session)
    with connection.connection.cursor() as cursor:
        written = cursor.mogrify(statement, given).decode()
    connection.info.setdefault(_WAITING, []).append(written)
    return written


def _send(connection: Connection) -> None:
    if connection.info.get(_WAITING):
        # Any statement takes along what waits, this one too.
        connection.exec_driver_sql("SELECT")


def _connection_of(session: Session) -> Connection:
    """What ``session.connection()`` tells, which finds it anew each time: that costs as much as a short question."""
    connection = session.info.get(_CONNECTION)
    return session.connection() if connection is None or not session.is_active else connection


@event.listens_for(Session, "after_begin")
def _remember_connection(session: Session, transaction, connection: Connection) -> None:
    session.info[_CONNECTION] = connection


@event.listens_for(Session, "after_transaction_end")
def _forget_connection(session: Session, transaction) -> None:
    if transaction.parent is None:
        session.info.pop(_CONNECTION, None)


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _take_along(connection: Connection, cursor, statement: str, parameters, context, executemany: bool):
    waiting = connection.info.pop(_WAITING, None)
    if not waiting:
        return statement, parameters
    if executemany or getattr(context, "_is_server_side", False):
        with connection.connection.cursor() as own:
            own.execute("; ".join(waiting))
        return statement, parameters
    return "; ".join([*(one.replace("%", "%%") for one in waiting), statement]), parameters


@event.listens_for(Engine, "rollback")
@event.listens_for(Engine, "rollback_savepoint")
def _forget(connection: Connection, *_) -> None:
    # What a lost connection had to send is lost with it.
    if not connection.invalidated:
        connection.info.pop(_WAITING, None)


@event.listens_for(Session, "before_commit")
def _send_at_last(session: Session) -> None:
    connection = session.info.pop(_WAITING, None)
    if connection is not None and not connection.closed and not connection.invalidated:
        _send(connection)


def _planned(statement: str | TextClause) -> tuple[str, str]:
    """The statement with numbered parameters, and the list of their values as the driver takes it."""
    if statement not in _PLANNED:
        compiled = (text(statement) if isinstance(statement, str) else statement).compile(dialect=_DIALECT)
        names = list(compiled.params)
        body = compiled.string
        for number, name in enumerate(names, start=1):
            body = body.replace(f"%({name})s", f"${number}")
        values = ", ".join(f"%({name})s" for name in names)
        _PLANNED[statement] = body, f"({values})" if names else ""
    return _PLANNED[statement]
