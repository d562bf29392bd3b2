"""Runs the migrations on the database that the settings name: one at a time, and never waiting for ever."""
from alembic import context
from geoalchemy2 import Geometry
from sqlalchemy import create_engine, text
from sqlalchemy.types import UserDefinedType

from app.core.settings import load_settings
from app.tables import metadata

# Tables that PostGIS brings are not ours to compare.
FOREIGN = {"spatial_ref_sys"}


def include_object(_thing, name, kind, _reflected, _compare_to):
    return not (kind == "table" and name in FOREIGN)


def compare_type(_context, _reflected, _model, _reflected_type, model_type):
    """False where the reflected type has no counterpart to compare with; None leaves it to the library."""
    return False if isinstance(model_type, UserDefinedType) and not isinstance(model_type, Geometry) else None


def run():
    engine = context.config.attributes.get("engine") or create_engine(load_settings().database_url)
    with engine.connect() as connection:
        # Two at once: the second waits here for the first.
        connection.execute(text("SELECT pg_advisory_lock(727274)"))
        connection.execute(text("SET lock_timeout = '30s'"))
        connection.execute(text("SET statement_timeout = '15min'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, include_object=include_object, compare_type=compare_type)
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("SELECT pg_advisory_unlock(727274)"))
        connection.commit()


run()
