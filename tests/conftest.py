"""What all tests share: a database at the newest version with the catalogue in it, sessions that leave nothing behind."""

import os
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import make_engine
from app.core.journal import add_region
from app.network.commands.catalogue import CATALOGUE_DIR, load_catalogue
from tests import databases, once
from tests.region_guard import RegionGuard
from tests.stages import BUILDERS, REGION, Base, Stages
from tests.town import Town

# Doors read the settings from the environment: in tests they must find no other database there than the one for tests.
if os.environ.get("TEST_DATABASE_URL"):
    if os.environ.get("DATABASE_URL") != os.environ["TEST_DATABASE_URL"]:
        os.environ.pop("WEB_DATABASE_URL", None)
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
SHARED_URL = databases.take_own_database()
os.environ.setdefault("SECRET_KEY", "0123456789abcdef0123456789abcdef")

OTHER_REGION = 420500


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """Empty the test database once, before workers copy it."""
    is_spread = session.config.getoption("numprocesses", None) and not databases.WORKER
    if is_spread and os.environ.get("TEST_DATABASE_URL"):
        databases.make_blank(databases.named_url())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Drop what all processes shared, after the last of them."""
    if os.environ.get("TEST_DATABASE_URL") and not databases.WORKER and not session.config.option.collectonly:
        once.drop_shared()


def fill_catalogue(engine) -> None:
    with Session(engine) as session, session.begin():
        load_catalogue(session, CATALOGUE_DIR)


@pytest.fixture(scope="session")
def blank_database():
    """The URL of a blank database from which others are copied; the test database itself is emptied for it, or made by a worker."""
    url = databases.named_url()
    if SHARED_URL:
        databases.copy_database(SHARED_URL, url.database)
    else:
        databases.make_blank(url)
    blank = databases.copy_database(url, databases.beside(url.database, "blank"))
    yield blank
    databases.drop_database(url, blank.database)
    if SHARED_URL:
        databases.drop_database(SHARED_URL, url.database)


@contextmanager
def filled(url, build):
    """The database and its twin, while this lasts, after ``build`` has made the tables and the catalogue is loaded."""
    engine = make_engine(url)
    build(engine)
    fill_catalogue(engine)
    engine.dispose()
    twin = databases.copy_database(url, databases.beside(url.database, "twin"))
    yield Base(url, twin)
    databases.drop_database(url, twin.database)


def make_ready(database: str) -> None:
    """Make a database at the newest version with the catalogue in it, from the blank one that all workers share."""
    engine = make_engine(databases.copy_database(SHARED_URL, database))
    databases.migrate(engine)
    fill_catalogue(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def plain_database(blank_database, tmp_path_factory):
    """The test database at the newest version, catalogue loaded; workers copy it from the one that the first of them has made."""
    url = databases.named_url()
    if SHARED_URL:
        ready, _ = once.shared_database(tmp_path_factory, "ready", make_ready)
        yield Base(databases.copy_database(ready, url.database), ready)
    else:
        with filled(url, databases.migrate) as base:
            yield base


@pytest.fixture(scope="session")
def partitioned_database(blank_database):
    """A second database whose network tables are in four parts by region."""
    url = databases.copy_database(blank_database, databases.beside(databases.named_url().database, "partitioned"))
    with filled(url, databases.create_partitioned) as base:
        yield base
    databases.drop_database(blank_database, url.database)


@contextmanager
def spare_copy(original, name: str = "spare"):
    """The URL of a copy that a test may fill and empty as it likes."""
    url = databases.copy_database(original, databases.beside(databases.named_url().database, name))
    yield url
    databases.drop_database(original, url.database)


@pytest.fixture
def spare_database(blank_database):
    """The URL of a blank database that a test may fill and empty as it likes."""
    with spare_copy(blank_database) as url:
        yield url


@pytest.fixture(scope="session")
def stages(blank_database):
    """The databases in which the town stands already."""
    stages = Stages()
    yield stages
    stages.drop()


@pytest.fixture(scope="session")
def base(plain_database):
    """The database of the tests, with its twin."""
    return plain_database


@pytest.fixture(scope="session")
def engine(base):
    """An engine on the database of the tests."""
    engine = make_engine(base.url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _region_guard():
    guard = RegionGuard()
    guard.start()
    yield guard
    guard.stop()


@pytest.fixture
def region_guard(_region_guard):
    """Fails the test that sent a statement without a region, also where a door turned the refusal into an answer."""
    del _region_guard.refused[:]
    yield _region_guard
    assert not _region_guard.refused


@pytest.fixture
def stage(request, base, stages):
    """The database with what the test asks for, or None where it asks for nothing built."""
    name = next((name for name in BUILDERS if name in request.fixturenames), None)
    return stages.get(base, name) if name else None


@pytest.fixture
def connection(engine, stage, region_guard):
    """A connection whose transaction is rolled back at the end; to where the town stands, if the test asks for that."""
    with (stage.engine if stage else engine).connect() as connection:
        outer = connection.begin()
        connection.execute(text("SELECT set_config('netgrid.actor', 'test', true), set_config('netgrid.source', 'test', true)"))
        yield connection
        if outer.is_active:
            outer.rollback()


@pytest.fixture
def session(connection):
    """A session inside the connection's transaction: its commits are savepoints, and nothing of it stays."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def settle(session):
    """A function that makes the database check now what it else checks at commit."""

    def settle():
        session.flush()
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        session.execute(text("SET CONSTRAINTS ALL DEFERRED"))

    return settle


@pytest.fixture
def region(session):
    """The key of a region with nothing in it but what the test asks for."""
    add_region(session, str(REGION), "荆州", "Jingzhou", 4546)
    return REGION


@pytest.fixture
def other_region(session):
    """The key of a second region with nothing in it."""
    add_region(session, str(OTHER_REGION), "宜昌", "Yichang", 4546)
    return OTHER_REGION


@pytest.fixture
def standing_town(stage, session) -> Town:
    # Statements that a test counts are its own, without the one that opens the savepoint.
    session.connection()
    return stage.town(session)


@pytest.fixture
def town(standing_town) -> Town:
    """The small named town in the first region."""
    return standing_town


@pytest.fixture
def use(stage, standing_town):
    """The town with power, circuits, customers and services."""
    return stage.use(standing_town)


@pytest.fixture
def counted_use(stage, standing_town):
    """The town in use, its tallies settled."""
    return stage.use(standing_town)


@pytest.fixture
def lines(stage, standing_town):
    """The town with lines to give out, and the keys of what runs over it."""
    return standing_town, stage.use(standing_town)


@pytest.fixture
def kept_region(engine, region_guard):
    """The key of a region in which a test really commits; it is swept away afterwards, journal and all."""
    with keep_regions(engine, REGION) as (key,):
        yield key


@contextmanager
def keep_regions(engine, *keys: int):
    """New regions, committed, as long as this lasts."""
    for key in keys:
        sweep_region(engine, key)
    with Session(engine) as session, session.begin():
        for key in keys:
            add_region(session, str(key), "测试", None, 4546)
    yield keys
    for key in keys:
        sweep_region(engine, key)


def sweep_region(engine, region_id: int) -> None:
    """Delete everything that a region holds, and the region; the journal last, because deleting writes to it."""
    last = ["journal", "change", "region_state"]
    plant = [table.name for table in reversed(databases.network_tables()) if table.name not in last]
    for names in (plant, last):
        with engine.begin() as connection:
            for name in names:
                connection.execute(text(f"DELETE FROM {name} WHERE region_id = :region_id"), {"region_id": region_id})
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM region WHERE id = :region_id"), {"region_id": region_id})
