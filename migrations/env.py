"""Runs the migrations on the database that the settings name: one at a time, and never waiting for ever."""
from contextlib import contextmanager

from alembic import context
from geoalchemy2 import Geometry
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import UserDefinedType

from app.core.errors import SystemFault
from app.core.settings import load_settings
from app.tables import metadata

LONGEST_WAIT = "5min"
LOCK_NOT_AVAILABLE, QUERY_CANCELED = "55P03", "57014"
# Tables that PostGIS brings are not ours to compare.
FOREIGN = {"spatial_ref_sys"}


def include_object(_thing, name, kind, _reflected, _compare_to):
    return not (kind == "table" and name in FOREIGN)


def compare_type(_context, _reflected, _model, _reflected_type, model_type):
    """False where the reflected type has no counterpart to compare with; None leaves it to the library."""
    return False if isinstance(model_type, UserDefinedType) and not isinstance(model_type, Geometry) else None


def run():
    engine = context.config.attributes.get("engine") or create_engine(load_settings().database_url)
    wait = context.config.attributes.get("wait")
    with engine.connect() as connection, plain_waits(), one_at_a_time(connection, wait or LONGEST_WAIT):
        set_lock_timeout(connection, wait or "30s")
        connection.execute(text("SET statement_timeout = '15min'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, include_object=include_object, compare_type=compare_type)
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def one_at_a_time(connection, wait):
    """Two at once: the second waits here for the first, but not for ever."""
    set_lock_timeout(connection, wait)
    try:
        connection.execute(text("SELECT pg_advisory_lock(727274)"))
    except OperationalError as error:
        if error.orig.pgcode != LOCK_NOT_AVAILABLE:
            raise
        raise SystemFault(
            "MIGRATION_BUSY", "another migration of this database is still at work", found=f"waited {wait}",
            next_step="let it end, then call again",
        ) from error
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(727274)"))
        connection.commit()


def set_lock_timeout(connection, wait):
    connection.execute(text("SELECT set_config('lock_timeout', :wait, false)"), {"wait": wait})


@contextmanager
def plain_waits():
    """Say what a migration waited for in vain; the database then stays as it was."""
    try:
        yield
    except OperationalError as error:
        if error.orig.pgcode == LOCK_NOT_AVAILABLE:
            raise SystemFault(
                "TABLES_BUSY", "somebody works with the tables that the migration changes",
                next_step="stop the site and imports, then call again",
            ) from error
        if error.orig.pgcode == QUERY_CANCELED:
            raise SystemFault(
                "MIGRATION_SLOW", "a step of the migration took longer than 15 minutes",
                next_step="let an administrator look at the load of the server, then call again",
            ) from error
        raise


run()
