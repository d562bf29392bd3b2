"""A network of its own for tests that commit: a migrated database with the catalogue and one region, and nothing in it."""

import pytest
from sqlalchemy.orm import Session

from app.core.database import make_engine, sign_changes
from app.core.journal import add_region
from tests import databases
from tests.conftest import fill_catalogue


@pytest.fixture
def network(spare_database):
    """An engine on the empty network of region 421000."""
    engine = make_engine(spare_database)
    databases.migrate(engine)
    fill_catalogue(engine)
    with Session(engine) as session, session.begin():
        sign_changes(session, "test", "test")
        add_region(session, "421000", "荆州", "Jingzhou", 4546)
    yield engine
    engine.dispose()
