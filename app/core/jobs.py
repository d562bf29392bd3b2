"""The queue of work that outlives a request: procrastinate, in a schema of its own inside the same database.

What a piece of work is and how far it has come stands in the tables of whoever asks for it; the queue only wakes a worker.
"""
from contextlib import suppress

from procrastinate import App, PsycopgConnector
from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.engine import Engine, make_url

SCHEMA = "netgrid_jobs"
POOL_S = 3
OPTIONS = f"-c search_path={SCHEMA},public"


def prepare_queue(engine: Engine) -> bool:
    """True where the queue's tables were made; they are the library's own, so no migration of ours knows them."""
    with engine.begin() as connection:
        if connection.execute(text("SELECT to_regclass(:name)"), {"name": f"{SCHEMA}.procrastinate_jobs"}).scalar():
            return False
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        connection.execute(text(f"SET LOCAL search_path = {SCHEMA}, public"))
        connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    return True


def grant_queue(connection, role: str) -> None:
    """Let the web server's role put work into the queue."""
    name = connection.dialect.identifier_preparer.quote(role)
    if connection.execute(text("SELECT to_regnamespace(:name)"), {"name": SCHEMA}).scalar():
        for statement in (
            f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name}",
            f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {SCHEMA} TO {name}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {name}",
        ):
            connection.execute(text(statement))


def asking_queue(url: str) -> App:
    """The queue for those who ask for work; call ``open`` before the first question."""
    return App(connector=SQLAlchemyPsycopg2Connector(dsn=url, connect_args={"options": OPTIONS}, pool_size=1, max_overflow=1))


def working_queue(url: str) -> App:
    """The queue for a worker."""
    parts = make_url(url)
    place = {"host": parts.host or parts.query.get("host"), "port": parts.port, "dbname": parts.database, "user": parts.username}
    place["password"] = parts.password
    known = {name: value for name, value in place.items() if value}
    # A pool waits ever longer between its tries; one that has failed is made anew instead.
    return App(connector=PsycopgConnector(kwargs={**known, "options": OPTIONS}, min_size=1, max_size=5, timeout=POOL_S))


def wake(url: str, task: str, once: str, **given) -> None:
    """Put a piece of work into the queue; where that fails, the worker finds what waits by itself a little later.

    Parameters
    ----------
    once
        While work of this name waits, it is not put in again.
    """
    with suppress(AlreadyEnqueued, ConnectorException), asking_queue(url).open() as queue:
        queue.configure_task(task, queue=task, queueing_lock=once).defer(**given)
