"""The small demo county, imported once a run, and copied by each module that needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.core.database import make_engine, transaction
from app.core.journal import add_region
from app.survey.importing import import_surveys
from scripts.make_demo_county import make
from tests import databases
from tests.once import shared_database, shared_place
from tests.stages import REGION, Base

SCALE = 0.02


@dataclass(frozen=True)
class SmallCounty:
    """A copy of the county that one module may change.

    Attributes
    ----------
    folder
        Its files, which are only read.
    totals, rules
        What the import told: its totals, and the rules of its findings.
    """

    engine: Engine
    folder: Path
    totals: dict
    rules: set[str]


@contextmanager
def copy_county(base: Base, factory: pytest.TempPathFactory, name: str) -> Iterator[SmallCounty]:
    """A copy of the county in a database of its own, as long as this lasts."""
    folder = shared_place(factory) / "small_county"
    template, told = shared_database(factory, "county", lambda database: _build(base, folder, database))
    url = databases.copy_database(template, databases.beside(base.url.database, name))
    engine = make_engine(url)
    try:
        yield SmallCounty(engine, folder, told["totals"], set(told["rules"]))
    finally:
        engine.dispose()
        databases.drop_database(base.url, url.database)


def _build(base: Base, folder: Path, database: str) -> dict:
    """Make the files, and import them into a copy of the empty database."""
    make(folder, SCALE)
    engine = make_engine(databases.copy_database(base.twin, database))
    with transaction(engine, "test", "test") as session:
        add_region(session, str(REGION), "荆州", "Jingzhou", 4546)
    report = import_surveys(engine, [folder], str(REGION), actor="test")
    assert report.changed
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    return {"totals": report.totals, "rules": sorted({finding.rule for source in report.sources for finding in source.findings})}
