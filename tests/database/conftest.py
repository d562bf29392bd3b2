"""Every test of this folder that asks for ``engine`` or ``session`` runs twice: on plain tables and on tables in parts by region."""

import pytest

from app.core.database import make_engine


@pytest.fixture(scope="session", params=["plain", "partitioned"])
def base(request, plain_database, partitioned_database):
    """One of the two databases, with its twin."""
    return plain_database if request.param == "plain" else partitioned_database


@pytest.fixture(scope="session")
def engine(base):
    """An engine on it; other folders must not get theirs from here."""
    engine = make_engine(base.url)
    yield engine
    engine.dispose()
