"""An import's outcome as JSON, CSV and text."""

import csv
import json

import pytest

from app.survey.findings import ERROR, INFO, WARNING, Finding, ImportReport, SourceReport
from app.survey.reports import report_lines, report_object, write_report


@pytest.fixture
def report():
    findings = [
        Finding("ROWS_BLANK", INFO, row=9, found="1 blank rows"),
        Finding("VALUE_DATE", ERROR, 3, "建成日期", "=MH-1", "2025-02-30", "a date", "correct the cell"),
        *(Finding("VALUE_REPAIRED", WARNING, number, "长度", None, "1,000\x1b[2J", "1000", "read as 1000") for number in range(30)),
    ]
    whole = SourceReport("plant.xlsx", "井", "structure", "EPSG:4546", 40, 30, 5, 5, findings)
    return ImportReport([whole, SourceReport("a.dwg", findings=[Finding("FILE_KIND", ERROR, found=".dwg")])], 1.25, False)


def test_the_object_has_the_promised_shape(report):
    made = report_object(report)
    assert list(made) == ["batch", "files", "totals", "seconds"]
    assert list(made["files"][0]) == ["file", "sheet", "layer", "crs", "rows_read", "applied", "unchanged", "refused", "findings"]
    assert list(made["files"][0]["findings"][1]) == ["rule", "severity", "row", "column", "subject", "found", "expected", "next_step"]
    assert made["totals"] == {"rows_read": 40, "applied": 30, "unchanged": 5, "refused": 5, "errors": 2, "warnings": 30}
    json.dumps(made)


def test_reports_on_disk(report, tmp_path):
    write_report(report, tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == report_object(report)
    write_report(report, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 33
    # A formula in a surveyor's cell stays text in the report.
    assert (rows[1]["subject"], rows[1]["row"], rows[1]["sheet"]) == ("'=MH-1", "3", "井")


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("错误", "合计", "数据库未变")), ("en", ("error", "Total", "The database is unchanged."))]
)
def test_text_shows_errors_first_and_twenty_findings(report, language, words):
    lines = list(report_lines(report, language))
    assert lines[0].startswith("plant.xlsx · 井 · ") and lines[0].endswith("EPSG:4546")
    assert lines[2].startswith(f"  {words[0]} VALUE_DATE")
    assert len([line for line in lines if "VALUE_REPAIRED" in line]) == 19
    assert not any("\x1b" in line for line in lines)
    assert lines[-1].startswith(words[2])


def test_text_of_an_import_without_change():
    same = ImportReport([SourceReport("a.csv", None, "cable", None, 3, 0, 3, 0)], 0.1, False)
    assert list(report_lines(same, "en"))[-1] == "The files say what the database holds: no change."
    assert list(report_lines(same, "en", dry_run=True))[-1] == "Dry run: the database is unchanged."
