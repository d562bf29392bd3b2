"""A database for one measurement: made, brought to the newest version, dropped."""
import os
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.core.database import drop_database, make_engine
from app.core.errors import SystemFault
from app.core.journal import add_region
from app.network.commands.catalogue import CATALOGUE_DIR, load_catalogue

ROOT = Path(__file__).resolve().parent.parent.parent
REGION = 421000


@contextmanager
def scratch_database(url: str, purpose: str):
    """An engine on a fresh database with schema, catalogue and one region; it stands beside the one that the URL names.

    It is copied from the database that ``BENCH_TEMPLATE`` names, where the user may not make extensions: an empty one that has them.

    Raises
    ------
    SystemFault
        ``DATABASE_RIGHTS`` where the user may not make databases or extensions.
    """
    server = create_engine(make_url(url).set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    name = f"{make_url(url).database or 'netgrid'}_bench_{purpose}"
    engine = make_engine(make_url(url).set(database=name))
    template = os.environ.get("BENCH_TEMPLATE") or "template1"
    with server.connect() as connection:
        try:
            drop_database(connection, name)
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
            _prepare(engine)
            yield engine
        except ProgrammingError as error:
            if "permission denied" not in str(error.orig):
                raise
            raise SystemFault(
                "DATABASE_RIGHTS", str(error.orig).splitlines()[0],
                next_step="let DATABASE_URL name a user who may make databases and extensions",
            ) from error
        finally:
            engine.dispose()
            drop_database(connection, name)


def _prepare(engine) -> None:
    with engine.begin() as connection:
        for extension in ("postgis", "pg_trgm"):
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
    settings = Config(str(ROOT / "alembic.ini"))
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    settings.attributes["engine"] = engine
    command.upgrade(settings, "head")
    with Session(engine) as session, session.begin():
        load_catalogue(session, CATALOGUE_DIR)
        add_region(session, str(REGION), "荆州", "Jingzhou", 4546)
