"""XLSX workbooks: sheets, cells, formula errors, and workbooks that would exhaust the machine."""

import datetime
import zipfile

import pytest
import xlsxwriter

from app.survey.findings import SourceReport
from app.survey.readers import packed, workbook
from app.survey.readers.source import Source
from tests.unit.surveys import SHARED, opened, refusal, rules, staged

HEADERS = ["编码", "类型", "建成日期", "经度", "纬度"]


def write_book(path, sheets: dict[str, list[list]]):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, column, cell)
    return path


def test_cells_become_values(tmp_path):
    path = write_book(
        tmp_path / "a.xlsx",
        {"井": [HEADERS, [123, "人井", datetime.date(2025, 3, 1), 112.2, 30.05], ["=1", "电杆", "2025.3.1", "112.2", 30]]},
    )
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        sheet.write_row(1, 0, [123, "人井", datetime.date(2025, 3, 1), 112.2, 30.05])
        sheet.write_row(2, 0, ["=1", "电杆", "2025.3.1", "112.2", 30])
    rows, report = staged(path)
    day = datetime.date(2025, 3, 1)
    assert [(row[0], row[1], row[2][0], row[2][1], row[2][6]) for row in rows] == [
        (2, False, "123", "manhole", day),
        (3, False, "=1", "pole", day),
    ]


def test_sheets_empty_ones_and_title_rows(tmp_path):
    path = write_book(
        tmp_path / "a.xlsx", {"空": [], "井": [["公安县普查"], [], HEADERS, ["MH-1", "人井", None, 112.2, 30.0], [], ["MH-2", "人井"]]}
    )
    empty, source = opened(path)
    assert isinstance(empty, SourceReport) and empty.findings[0].rule == "SHEET_EMPTY" and empty.findings[0].severity == "info"
    assert (source.sheet, source.header_row, source.headers) == ("井", 3, tuple(HEADERS))
    assert [row[0] for row in source.rows()] == [4, 6]
    assert [finding.rule for finding in source.findings] == ["TITLE_ROWS", "ROWS_BLANK"]


def test_formula_errors_name_their_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        sheet.write_row(1, 0, ["MH-1", "人井", "", 112.2, 30.05])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
        sheet.write_row(2, 0, ["MH-2", "人井", "", 112.2, 30.05])
    rows, report = staged(path)
    assert [row[:2] for row in rows] == [(2, True), (3, False)]
    told = next(finding for finding in report.findings if finding.rule == "CELL_ERROR")
    assert (told.row, told.column) == (2, "经度")


def test_what_a_spreadsheet_has_damaged_is_not_taken(tmp_path):
    path = write_book(
        tmp_path / "a.xlsx",
        {"孔": [["管线段", "孔号"], ["SEC-1", datetime.date(2025, 1, 2)], [4.2102210010012003e17, "1-2"], ["SEC-2", 3.0], ["SEC-2", 3.5]]},
    )
    rows, report = staged(path)
    assert [row[1] for row in rows] == [True, True, False, True]
    assert rules(report) == [("VALUE_DAMAGED", 2), ("VALUE_DAMAGED", 3), ("VALUE_RANGE", 5)]


def test_hidden_sheets_are_read_and_said(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("空")
        sheet = book.add_worksheet("藏")
        sheet.write_row(0, 0, HEADERS)
        sheet.write_row(1, 0, ["MH-1", "人井", "", 112.2, 30.05])
        sheet.hide()
    _, source = opened(path)
    assert [finding.rule for finding in source.findings] == ["SHEET_HIDDEN"]
    assert len(list(source.rows())) == 1


def test_text_beyond_the_last_header(tmp_path):
    path = write_book(tmp_path / "a.xlsx", {"井": [HEADERS, ["MH-1", "人井", "", 112.2, 30.05, "见图"]]})
    rows, report = staged(path)
    assert rows[0][1] is False
    assert ("CELLS_WITHOUT_HEADER", 2) in rules(report)


@pytest.mark.parametrize("kept", [0.5, 0.97])
def test_a_workbook_cut_off(tmp_path, kept):
    path = write_book(tmp_path / "a.xlsx", {"井": [HEADERS] + [[f"MH-{number}", "人井", "", 112.2, 30.0] for number in range(300)]})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert refusal(path).rule == "FILE_TRUNCATED"


def test_a_damaged_sheet(tmp_path):
    path = write_book(tmp_path / "a.xlsx", {"井": [HEADERS] + [[f"MH-{number}", "人井", "", 112.2, 30.0] for number in range(3000)]})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 200
    content[start : start + 50] = b"\xff" * 50
    path.write_bytes(content)
    assert refusal(path).rule == "FILE_TRUNCATED"


def test_too_many_rows_are_refused_with_advice(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 100)
    path = write_book(tmp_path / "a.xlsx", {"井": [HEADERS] + [[f"MH-{number}", "人井", "", 112.2, 30.0] for number in range(101)]})
    finding = refusal(path)
    assert (finding.rule, finding.next_step) == ("SHEET_TOO_LARGE", "save the sheet as CSV")


def test_one_far_cell_is_refused_before_the_sheet_is_opened(tmp_path):
    path = write_book(tmp_path / "a.xlsx", {"井": [HEADERS, ["MH-1"]]})
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("井")
        sheet.write_row(0, 0, HEADERS)
        sheet.write(1_048_575, 16_383, "x")
    finding = refusal(path)
    assert finding.rule == "SHEET_TOO_LARGE"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("井")
        sheet.write_row(0, 0, HEADERS)
        sheet.write_row(1, 0, ["MH-1", "人井", "", 112.2, 30.05])
        # Formats alone reach to the last row in many workbooks; they hold nothing.
        sheet.write_blank(1_048_575, 3, None, book.add_format({"bold": True}))
    (source,) = opened(path)
    assert isinstance(source, Source) and len(list(source.rows())) == 1


def test_zip_bombs_are_refused(tmp_path, monkeypatch):
    path = write_book(tmp_path / "a.xlsx", {"井": [HEADERS]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * (70 << 20))
    finding = refusal(path)
    assert (finding.rule, finding.next_step) == ("FILE_UNSAFE", "save the survey as CSV")
    monkeypatch.setattr(packed, "MOST_MEMBERS", 3)
    assert refusal(write_book(tmp_path / "b.xlsx", {"井": [HEADERS]})).rule == "FILE_UNSAFE"


def test_document_types_are_refused(tmp_path):
    path = write_book(tmp_path / "a.xlsx", {"井": [HEADERS]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/evil.xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>')
    assert refusal(path).rule == "FILE_UNSAFE"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
def test_workbooks_met_elsewhere():
    found = {path.name: opened(path) for path in sorted((SHARED / "nasty-imports").glob("*.xls*"))}
    counts = {name: [sum(1 for _ in source.rows()) for source in sources] for name, sources in found.items()}
    assert counts == {
        "TablesWithDifferentHeaders.xlsx": [1, 1, 2],
        "chinese-provinces.xls": [3],
        "merged-cells.xls": [0],
        "merged-cells.xlsx": [0],
        "multiline-headers.xlsx": [1],
    }
