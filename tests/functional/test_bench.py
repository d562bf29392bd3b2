"""Every measurement of scripts/bench runs, at sizes at which its figures mean nothing."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.core.database import make_engine
from app.core.settings import load_settings
from app.survey.importing import import_surveys
from scripts.benchmarks import frame, memory, scratch

pytestmark = pytest.mark.functional


@pytest.fixture(autouse=True)
def template(plain_database, monkeypatch):
    """Measurements copy a database that is ready, so that the tests' user needs no right but to make databases, and no time to migrate."""
    monkeypatch.setenv("BENCH_TEMPLATE", plain_database.twin.database)


@pytest.fixture
def measured(tmp_path):
    """A function that measures and gives the results by name; no database is left behind."""

    def measure(name, *options):
        file = tmp_path / "figures.json"
        code = frame.main([name, *options, "--json", str(file)])
        rows = json.loads(file.read_text(encoding="utf-8"))[name]
        results = {row["name"]: row for row in rows}
        assert len(results) == len(rows), "two figures have one name"
        assert code == (frame.MISSED if any(not row["is_met"] for row in results.values()) else 0)
        return results

    yield measure
    engine = make_engine(make_url(load_settings().database_url).set(database="postgres"))
    with engine.connect() as connection:
        made = f"{make_url(load_settings().database_url).database}_bench_%"
        assert not connection.execute(text("SELECT count(*) FROM pg_database WHERE datname LIKE :made"), {"made": made}).scalar_one()
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("continuity", ("--conductors", "20000", "--joints", "400"), "trace of 40 joints"),
        ("trace", ("--conductors", "40000", "--joints", "800", "--trace-ways", "5"), "a joint in the middle cut"),
        ("impact", ("--conductors", "4000", "--joints", "400", "--trees", "288", "--impact-runs", "1"), "a section with 2 cables"),
        ("load", ("--load-scale", "0.005", "--load-runs", "1"), "second import / COPY and INSERT..SELECT"),
        ("layers", ("--layers-scale", "0.005"), "segment, "),
        ("survey", ("--survey-rows", "400", "--survey-runs", "1"), "GeoJSON / COPY"),
        ("tally", ("--tally-ports", "8000", "--tally-runs", "2"), "read of grid_tally / GROUP BY over ports"),
        (
            "operations",
            ("--operations-scale", "0.005", "--operations-count", "3", "--operations-clients", "8", "--operations-seconds", "1"),
            "qualification of ftth",
        ),
        ("tile", ("--tile-scale", "0.005", "--tile-places", "2", "--tile-rounds", "2"), "tile drawn through the application"),
    ],
)
def test_it_measures(measured, name, options, told):
    results = measured(name, *options)
    assert any(row.startswith(told) for row in results)
    assert all(row["value"] > 0 for row in results.values() if row["unit"])


def test_memory_of_every_format_is_measured(tmp_path):
    paths = [write(tmp_path, 30) for write in memory.FORMATS.values()]
    with scratch.scratch_database(load_settings().database_url, "memory") as engine:
        totals = [import_surveys(engine, [path], str(scratch.REGION), actor="test", dry_run=True).totals for path in paths]
        assert [(one["applied"], one["errors"], one["warnings"]) for one in totals] == [(30, 0, 0)] * 3
        assert 50 < memory._import_peak(engine, paths[-1], "--dry-run") < 2000


def test_a_measurement_without_rights_is_told_and_does_not_stop_the_others(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "")
    assert frame.main(["tally", "tile", "--json", str(tmp_path / "figures.json")]) == frame.FAILED
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["tally", "tile"]


def test_an_unknown_measurement_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as refused:
        frame.main(["nothing"])
    assert refused.value.code == 2
    assert "continuity" in capsys.readouterr().err
