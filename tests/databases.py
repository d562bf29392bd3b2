"""Databases for tests: the one that TEST_DATABASE_URL names, and others that are copied from it while it is blank."""

import hashlib
import os
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from app.core.database import drop_database as drop_in
from app.core.settings import driver_url
from app.tables import metadata

ROOT = Path(__file__).parent.parent
PARTS = 4
# PostgreSQL cuts longer names, and then two of them may be one.
NAME_BYTES = 63
# Several processes run tests at the same time: each has this in its environment, and databases of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
NAMED = ("TEST_DATABASE_URL", "DATABASE_URL", "WEB_DATABASE_URL")

# Of a worker, before its environment names its own.
_shared: str | None = None

_OURS = text(
    "SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', n.nspname, c.relname) FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    " UNION ALL"
    " SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p"
    " WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)


def named_url() -> URL:
    """The URL of the database that tests may empty.

    Raises
    ------
    RuntimeError
        Where none is named: a database that somebody works with must never be taken by mistake.
    """
    value = os.environ.get("TEST_DATABASE_URL", "").strip()
    if not value:
        raise RuntimeError("TEST_DATABASE_URL names no database that tests may empty; call scripts/test, or set it")
    return make_url(driver_url(value))


def take_own_database() -> URL | None:
    """The URL of the database that all workers copy, after the environment names this worker's own; None outside a worker."""
    if not WORKER or not os.environ.get("TEST_DATABASE_URL", "").strip():
        return None
    global _shared
    shared = named_url()
    _shared = shared.database
    for name in NAMED:
        if os.environ.get(name):
            url = make_url(driver_url(os.environ[name]))
            os.environ[name] = url.set(database=beside(url.database, WORKER)).render_as_string(hide_password=False)
    return shared


def shared_name() -> str:
    """The name of the database that all processes of a run share, from which their own names are made."""
    return _shared or named_url().database


def beside(database: str, suffix: str) -> str:
    """The name of a database next to another, no longer than the server takes."""
    name = f"{database}_{suffix}"
    if len(name.encode()) <= NAME_BYTES:
        return name
    mark = hashlib.sha256(database.encode()).hexdigest()[:8]
    room = NAME_BYTES - len(f"_{mark}_{suffix}")
    return f"{database.encode()[:room].decode(errors='ignore')}_{mark}_{suffix}"


def make_blank(url: URL) -> None:
    """Drop every table and function of ours; extensions stay."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in connection.execute(_OURS).scalars().all():
            connection.exec_driver_sql(statement)


def copy_database(url: URL, name: str) -> URL:
    """The URL of a fresh copy, extensions included; it takes no right but CREATEDB. Nobody may be connected to the original."""
    with _server(url) as connection:
        drop_in(connection, name)
        copy, original = map(connection.dialect.identifier_preparer.quote, (name, url.database))
        connection.exec_driver_sql(f"CREATE DATABASE {copy} TEMPLATE {original}")
    return url.set(database=name)


def drop_database(url: URL, name: str) -> None:
    with _server(url) as connection:
        drop_in(connection, name)


@contextmanager
def _server(url: URL):
    """A connection to the server that is not one to the database itself."""
    engine = create_engine(url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def migration_settings(engine: Engine) -> Config:
    settings = Config(str(ROOT / "alembic.ini"))
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    settings.attributes["engine"] = engine
    return settings


def migrate(engine: Engine, target: str = "head") -> None:
    """Bring a database up to a revision; ``base`` brings it down to nothing."""
    move = command.downgrade if target == "base" else command.upgrade
    move(migration_settings(engine), target)


def network_tables() -> list:
    return [table for table in metadata.sorted_tables if table.info.get("scale") == "network"]


@contextmanager
def _hash_partitions():
    """Tables are created in four parts by region while this lasts, as a larger installation would hold them."""

    def add_parts(table, connection, **_):
        for part in range(PARTS):
            connection.exec_driver_sql(
                f"CREATE TABLE {table.name}_{part} PARTITION OF {table.name} FOR VALUES WITH (MODULUS {PARTS}, REMAINDER {part})"
            )

    tables = network_tables()
    for table in tables:
        table.dialect_options["postgresql"]["partition_by"] = "HASH (region_id)"
        event.listen(table, "after_create", add_parts)
    try:
        yield
    finally:
        for table in tables:
            table.dialect_options["postgresql"]["partition_by"] = None
            event.remove(table, "after_create", add_parts)


def create_plain(engine: Engine) -> None:
    """Create the tables from the models, without migrations."""
    with engine.begin() as connection:
        metadata.create_all(connection)


def create_partitioned(engine: Engine) -> None:
    """Create the tables from the models, every network table in parts by region."""
    with _hash_partitions():
        create_plain(engine)
