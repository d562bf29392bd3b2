"""The small demo county, imported once a run: whichever process needs it first makes it, all others copy its database."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.core.database import make_engine, transaction
from app.core.journal import add_region
from app.survey.importing import import_surveys
from scripts.benchmarks.county import make_county
from tests import databases
from tests.stages import REGION, Base

SCALE = "0.02"


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


def template_name() -> str:
    """The name of the county's database, the same in all processes of a run."""
    return databases.beside(databases.shared_name(), "county")


@contextmanager
def copy_county(base: Base, factory: pytest.TempPathFactory, name: str) -> Iterator[SmallCounty]:
    """A copy of the county in a database of its own, as long as this lasts."""
    place = factory.getbasetemp().parent if databases.WORKER else factory.getbasetemp()
    folder, told = place / "small_county", place / "small_county.json"
    with (place / "small_county.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(_build(base, folder)), encoding="utf-8")
        url = databases.copy_database(base.url.set(database=template_name()), databases.beside(base.url.database, name))
    engine = make_engine(url)
    try:
        yield SmallCounty(engine, folder, **_told(told))
    finally:
        engine.dispose()
        databases.drop_database(base.url, url.database)


def _told(path: Path) -> dict:
    told = json.loads(path.read_text(encoding="utf-8"))
    return {"totals": told["totals"], "rules": set(told["rules"])}


def _build(base: Base, folder: Path) -> dict:
    """Make the files, and import them into a copy of the empty database; nobody is connected to it afterwards."""
    make_county(SCALE, folder)
    engine = make_engine(databases.copy_database(base.twin, template_name()))
    with transaction(engine, "test", "test") as session:
        add_region(session, str(REGION), "荆州", "Jingzhou", 4546)
    report = import_surveys(engine, [folder], str(REGION), actor="test")
    assert report.changed
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    return {"totals": report.totals, "rules": sorted({finding.rule for source in report.sources for finding in source.findings})}
