"""Every test of this folder that asks for ``engine`` or ``session`` runs twice: on plain tables and on tables in parts by region."""

import pytest

from app.core.database import make_engine


@pytest.fixture(scope="session", params=["plain", "partitioned"])
def engine(request, plain_database, partitioned_database):
    """An engine on one of the two databases."""
    engine = make_engine(plain_database if request.param == "plain" else partitioned_database)
    yield engine
    engine.dispose()
