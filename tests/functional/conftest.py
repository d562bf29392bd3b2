"""A network of its own for tests that commit: a migrated database with the catalogue and one region, and nothing in it."""

from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from app.core.database import make_engine, transaction
from app.core.journal import add_region
from app.network.queries.tallies import list_tally_differences
from app.services.commands.tallies import FAMILIES
from tests.conftest import spare_copy
from tests.surveyed_town import REGION, Surveyor, open_town, snapshot


@pytest.fixture
def network(plain_database):
    """An engine on the empty network of region 421000."""
    with empty_network(plain_database) as engine:
        yield engine


@contextmanager
def empty_network(base, name: str = "network"):
    """An engine on a database of its own, as long as this lasts."""
    with spare_copy(base.twin, name) as url:
        engine = make_engine(url)
        with transaction(engine, "test", "test") as session:
            add_region(session, "421000", "荆州", "Jingzhou", 4546)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def surveyed(plain_database, tmp_path_factory):
    """An engine on the surveyed town, and what its network held before any test."""
    with open_town(plain_database, tmp_path_factory, "surveyed") as engine:
        yield engine, snapshot(engine)


@pytest.fixture
def surveyor(surveyed, tmp_path):
    """Whatever a test imports is undone, and the network is then as it was."""
    engine, before = surveyed
    made = Surveyor(engine, tmp_path)
    yield made
    made.undo_all()
    assert {name: rows for name, rows in snapshot(engine).items() if rows != before[name]} == {}
    with Session(engine) as session:
        assert list_tally_differences(session, REGION, FAMILIES) == []
