"""A network of its own for tests that commit: a migrated database with the catalogue and one region, and nothing in it."""

from contextlib import contextmanager

import pytest

from app.core.database import make_engine, transaction
from app.core.journal import add_region
from tests.conftest import spare_copy


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
