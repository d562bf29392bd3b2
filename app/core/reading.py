"""A request's connection for reading, taken from the pool at its first question.

A pool that asks each connection whether it still lives would cost a tile as much as its person does. So the first
question is the trial: where the server has closed the connection meanwhile, it is asked once more on a new one.
Questions only read, so nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg2
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.core.database import make_engine

Told = TypeVar("Told")


def make_reading_engine(url: str, **options) -> Engine:
    """An engine for ``Reading``: each statement stands alone, which spares a request two trips to the server."""
    return make_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=False, **options)


class Reading:
    """What one request reads, or one after the other where ``begin_anew`` parts them; for one thread at a time."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self._connection: Connection | None = None
        self._session: Session | None = None
        self._is_tried = False

    def begin_anew(self) -> None:
        """A new request begins on a connection that was kept: its first question is a trial again."""
        self._is_tried = False

    def ask(self, question: Callable[[object], Told]) -> Told:
        """What the question tells; it is called with a bare cursor.

        Raises
        ------
        sqlalchemy.exc.OperationalError
            The database is away, or took too long.
        """
        is_tried, self._is_tried = self._is_tried, True
        try:
            return self._ask(question)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            if is_tried or not self._drop_closed():
                raise OperationalError(None, None, error) from error
        try:
            return self._ask(question)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            raise OperationalError(None, None, error) from error

    def get_connection(self) -> Connection:
        """The connection, which lived a moment ago."""
        if self._connection is None:
            self.ask(lambda cursor: cursor.execute("SELECT 1"))
        return self._connection

    def get_session(self) -> Session:
        """A session on the connection, for queries."""
        if self._session is None:
            self._session = Session(self.get_connection())
        return self._session

    def close(self) -> None:
        """Give the connection back to the pool."""
        session, connection, self._session, self._connection = self._session, self._connection, None, None
        if session is not None:
            session.close()
        if connection is not None:
            connection.close()

    def _ask(self, question):
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.connection.cursor() as cursor:
            return question(cursor)

    def _drop_closed(self) -> bool:
        """True where the server had closed the connection, which is dropped; what closed it has closed the others of the pool too."""
        if not (self._connection and self._connection.connection.closed):
            return False
        self._connection.invalidate()
        self.close()
        self._engine.dispose()
        return True
