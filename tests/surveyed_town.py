"""A town in use that surveys change and undo: one database for a module, brought back by undoing every batch."""
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.database import make_engine, transaction
from app.core.journal import add_region
from app.survey.declaration import Declaration
from app.survey.importing import import_surveys
from app.survey.undo import undo_batch
from tests import databases
from tests.once import shared_database
from tests.stages import Base

GOLDEN = Path(__file__).parent / "golden"
REGION = 421000
# What a batch leaves behind when it is undone: its own story, and the journal's.
STORY = {
    "change", "journal", "region_state", "survey_batch", "survey_file",
    "survey_finding", "survey_difference", "survey_decision", "survey_job",
}  # fmt: skip


@contextmanager
def open_town(base: Base, factory: pytest.TempPathFactory, name: str):
    """An engine on a database of its own that holds the town in use."""
    golden, _ = shared_database(factory, "golden", lambda database: _load(base, database))
    url = databases.copy_database(golden, databases.beside(base.url.database, name))
    engine = make_engine(url)
    yield engine
    engine.dispose()
    databases.drop_database(base.url, url.database)


def _load(base: Base, database: str) -> None:
    engine = make_engine(databases.copy_database(base.twin, database))
    with transaction(engine, "test", "test") as session:
        add_region(session, str(REGION), "荆州", "Jingzhou", 4546)
    assert import_surveys(engine, [GOLDEN / "town", GOLDEN / "town_in_use"], str(REGION), actor="test").changed
    engine.dispose()


class Surveyor:
    """Writes files, imports them, and undoes what was applied, the last first."""

    def __init__(self, engine, folder: Path):
        self.engine, self._folder, self._batches, self._number = engine, folder, [], 0

    def survey(self, content: str | dict[str, str], *, actor: str = "tester", on: str | None = None, decisions=(), **options):
        """The report of an import of files with this content."""
        self._number += 1
        folder = self._folder / str(self._number)
        folder.mkdir()
        for name, written in ({"survey.csv": content} if isinstance(content, str) else content).items():
            (folder / name).write_text(written, encoding="utf-8")
        declared = Declaration(
            options.pop("surveyor", None), date.fromisoformat(on) if on else None, None, options.pop("stock_take", None), tuple(decisions)
        )
        report = import_surveys(self.engine, [folder], str(REGION), actor=actor, survey=declared, **options)
        if report.changed:
            self._batches.append(report.batch)
        return report

    def undo(self, batch: int):
        """Undo one batch."""
        with Session(self.engine) as session, session.begin():
            done = undo_batch(session, REGION, batch, "tester")
        self._batches.remove(batch)
        return done

    def undo_all(self) -> None:
        for batch in reversed(list(self._batches)):
            self.undo(batch)


# Sums and shares that have become nothing may stay.
EMPTY = {"grid_tally": "AND t.installed + t.planned > 0", "grid_share": "AND t.share > 0"}


def snapshot(engine) -> dict[str, list]:
    """Every row of the network but for its change, by table."""
    held = {}
    with engine.connect() as connection:
        for table in databases.network_tables():
            if table.name not in STORY:
                columns = ", ".join(f"t.{column.name}::text" for column in table.columns if column.name not in ("change_id", "geom_3857"))
                sql = f"SELECT ({columns})::text FROM {table.name} t WHERE t.region_id = :region {EMPTY.get(table.name, '')}"
                held[table.name] = sorted(connection.execute(text(sql), {"region": REGION}).scalars())
    return held


def rules_of(report, severity: str | None = None) -> list[str]:
    """Rules of the findings, in their order."""
    return [one.rule for source in report.sources for one in source.findings if severity in (None, one.severity)]


def findings(report, rule: str) -> list:
    return [one for source in report.sources for one in source.findings if one.rule == rule]
