"""The import command: what it says and how it ends, with a database and without."""

import csv
import json

import pytest
from sqlalchemy import text

from app.survey.templates import write_templates
from scripts.import_inventory import main

pytestmark = [pytest.mark.functional]


@pytest.fixture
def without_database(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("WEB_DATABASE_URL", raising=False)


@pytest.fixture
def empty_region(network, monkeypatch):
    """An engine on a migrated database with one region and nothing in it; the command finds it, too."""
    monkeypatch.setenv("DATABASE_URL", network.url.render_as_string(hide_password=False))
    monkeypatch.setenv("NETGRID_REGION", "421000")
    return network


@pytest.fixture
def examples(tmp_path):
    write_templates(tmp_path, "zh")
    return tmp_path / "examples"


def run(capsys, *arguments) -> tuple[int, str, str]:
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as ended:
        code = ended.code
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "name at least one file"),
        (("--no-such",), 2, "unrecognized"),
        (("a.csv", "--crs", "nonsense"), 2, "CRS_UNKNOWN"),
        (("a.csv", "--crs", "EPSG:4214"), 2, "CRS_LOCAL"),
        (("a.csv", "--report", "/no/such/folder/a.json"), 2, "FOLDER_MISSING"),
        (("a.csv",), 3, "DATABASE_URL"),
    ],
)
def test_wrong_calls_end_with_a_code_and_a_sentence(without_database, capsys, arguments, code, said):
    ended, _, heard = run(capsys, *arguments)
    assert ended == code and said in heard


def test_a_database_that_does_not_answer(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@/none?host=/no/such/socket")
    code, _, heard = run(capsys, "a.csv")
    assert code == 3 and heard.startswith("DATABASE_FAILED") and "Traceback" not in heard


def test_templates_need_no_database(without_database, capsys, tmp_path):
    code, printed, _ = run(capsys, "--templates", tmp_path, "--language", "en")
    assert code == 0 and str(tmp_path / "examples" / "plant.xlsx") in printed


@pytest.mark.database
def test_the_examples_load_and_load_again_without_change(empty_region, capsys, examples, tmp_path):
    code, printed, _ = run(capsys, examples, "--json")
    first = json.loads(printed)
    # The line record agrees with the joints and writes nothing.
    assert code == 0 and (first["totals"]["rows_read"], first["totals"]["applied"], first["totals"]["unchanged"]) == (97, 96, 1)
    code, printed, _ = run(capsys, examples, "--json", "--report", tmp_path / "a.csv")
    second = json.loads(printed)
    assert code == 0 and (second["totals"]["applied"], second["totals"]["unchanged"]) == (0, 97)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["severity"] for row in csv.DictReader(file)} <= {"info"}
    assert "没有变化" in run(capsys, examples)[1]


@pytest.mark.database
def test_a_dry_run_writes_nothing(empty_region, capsys, examples):
    code, printed, _ = run(capsys, examples, "--dry-run", "--language", "en")
    assert code == 0 and printed.endswith("Dry run: the database is unchanged.\n")
    assert count_structures(empty_region) == 0


BAD = {
    "unknown.csv": ("甲,乙\n1,2\n", "LAYER_UNKNOWN"),
    "missing.csv": ("编码,名称,经度,纬度\nMH-9,甲,112.23,30.06\n", "COLUMN_MISSING"),
    "encoding.csv": (b"code,kind,lon,lat\nMH-9,\xff\xff,112.23,30.06\n", "ENCODING_UNKNOWN"),
    "quote.csv": ('编码,类型,名称,经度,纬度\nMH-8,人井,甲,112.23,30.06\nMH-9,人井,"甲,112.23,30.06\n', "QUOTE_UNCLOSED"),
    "cut.csv": ("编码,类型,名称,经度,纬度\nMH-8,人井,甲,112.23,30.06\nMH-9,人", "FILE_TRUNCATED"),
    "cut.geojson": ('{"type": "FeatureCollection", "features": [{"type": "Feature", "prop', "FILE_TRUNCATED"),
    "cut.gpkg": (b"SQLite format 3\0" + b"\0" * 20, "FILE_TRUNCATED"),
    "cut.xlsx": (b"PK\x03\x04" + b"\0" * 20, "FILE_TRUNCATED"),
    "zero.csv": ("编码,类型,经度,纬度\nMH-9,人井,0,0\n", "PLACE_ZERO"),
    "parent.csv": ("管线段,孔号\nSEC-404,1-4\n", "PARENT_MISSING"),
    "file.dwg": (b"x", "FILE_KIND"),
}


@pytest.mark.database
def test_bad_files_give_one_error_each_and_change_nothing(empty_region, capsys, examples, tmp_path):
    assert run(capsys, examples)[0] == 0
    before = count_structures(empty_region)
    for name, (content, rule) in BAD.items():
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code, printed, heard = run(capsys, path, "--json")
        report = json.loads(printed)
        errors = [finding["rule"] for file in report["files"] for finding in file["findings"] if finding["severity"] == "error"]
        assert (name, code, errors) == (name, 1, [rule]), heard
        totals = report["totals"]
        assert totals["rows_read"] == totals["applied"] + totals["unchanged"] + totals["refused"] and totals["applied"] == 0
    assert count_structures(empty_region) == before


@pytest.mark.database
def test_valid_rows_load_alone_where_that_is_asked(empty_region, capsys, examples, tmp_path):
    run(capsys, examples)
    path = tmp_path / "a.csv"
    path.write_text("编码,类型,经度,纬度\nMH-8,人井,112.231,30.06\nMH-9,人井,0,0\n", encoding="utf-8")
    code, printed, _ = run(capsys, path, "--json", "--valid-rows-only")
    totals = json.loads(printed)["totals"]
    assert (code, totals["applied"], totals["refused"]) == (1, 1, 1)
    assert count_structures(empty_region) == 4


def count_structures(engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM structure WHERE region_id = :region"), {"region": 421000}).scalar_one()
