"""Every test of this folder that asks for ``engine`` or ``session`` runs twice: on plain tables and on tables in parts by region."""

import pytest


@pytest.fixture(scope="session", params=["plain", "partitioned"])
def base(request, plain_database, partitioned_database):
    """One of the two databases, with its twin."""
    return plain_database if request.param == "plain" else partitioned_database
