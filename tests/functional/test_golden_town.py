"""A town as surveyed, in: the whole report and all the counts, out."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.importing import import_surveys

pytestmark = [pytest.mark.functional]

GOLDEN = Path(__file__).parent.parent / "golden"
COUNTS = """
SELECT g.code, t.kind, t.technology, t.installed, t.in_use, t.reserved, t.releasing, t.unusable, t.planned
FROM grid_tally t JOIN grid g ON g.region_id = t.region_id AND g.id = t.grid_id WHERE t.region_id = 421000 ORDER BY 1, 2, 3
"""


def survey(engine, **options):
    return import_surveys(engine, [GOLDEN / "town"], "421000", actor="test", **options)


def outcome(engine) -> dict:
    report = survey(engine)
    sources = [{**source.as_dict(), "file": Path(source.file).name} for source in report.sources]
    with Session(engine) as session:
        counts = [list(row) for row in session.execute(text(COUNTS))]
        joints = dict(session.execute(text("SELECT kind, count(*) FROM joint WHERE region_id = 421000 GROUP BY kind ORDER BY kind")).all())
        ways = [list(row) for row in session.execute(text(
            "SELECT k.code, r.seq, s.code, r.is_reversed, r.is_planned FROM cable_run r"
            " JOIN code_index k ON k.region_id = 421000 AND k.kind = 'segment' AND k.id = r.segment_id"
            " JOIN section s ON s.region_id = 421000 AND s.id = r.section_id WHERE r.region_id = 421000 ORDER BY 1, 2"))]
    return {"sources": sources, "totals": report.totals, "counts": counts, "joints": joints, "ways": ways}


def test_town_as_expected(network):
    expected = json.loads((GOLDEN / "town.expected.json").read_text(encoding="utf-8"))
    assert outcome(network) == expected


def test_same_files_again_change_nothing(network):
    survey(network)
    with Session(network) as session:
        version = session.execute(text("SELECT version FROM region_state WHERE region_id = 421000")).scalar_one()
    again = survey(network)
    assert not again.changed
    assert again.totals["unchanged"] == again.totals["rows_read"] == 67
    with Session(network) as session:
        assert session.execute(text("SELECT version FROM region_state WHERE region_id = 421000")).scalar_one() == version


def test_dry_run_writes_nothing(network):
    report = survey(network, dry_run=True)
    assert report.totals["applied"] == 67 and not report.changed
    with Session(network) as session:
        assert session.execute(text("SELECT count(*) FROM structure WHERE region_id = 421000")).scalar_one() == 0


def test_first_load_gives_the_same_as_a_later_one(network, monkeypatch):
    monkeypatch.setattr("app.survey.importing.FIRST_LOAD_ROWS", 1)
    before = databases_shape(network)
    expected = json.loads((GOLDEN / "town.expected.json").read_text(encoding="utf-8"))
    assert outcome(network) == expected
    assert databases_shape(network) == before


SHAPE = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint ORDER BY 1, 2",
    "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid > 16384 ORDER BY 1",
    "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
)


def databases_shape(engine) -> list:
    """Every key, index and trigger as the database tells it."""
    with Session(engine) as session:
        return [tuple(row) for asked in SHAPE for row in session.execute(text(asked))]
