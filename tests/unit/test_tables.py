"""Tables as text, CSV and workbook."""

import csv
import io

import python_calamine

from app.reports.tables import csv_table, safe_cell, text_table, text_width, write_workbook

HOSTILE = ('=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\tx", "\rx")


def test_columns_are_aligned_by_width_on_the_screen():
    lines = text_table(("name", "n"), [("纤芯", 5), ("a", 1200), ("b", None)]).splitlines()
    assert lines == ["name     n", "----  ----", "纤芯     5", "a     1200", "b        -"]


def test_a_chinese_character_is_two_columns_wide():
    assert (text_width("纤芯a"), text_width("é")) == (5, 1)


def test_text_like_a_formula_stays_text_in_csv():
    for cell in HOSTILE:
        assert safe_cell(cell) == f"'{cell}"
    assert safe_cell(-5) == -5
    assert safe_cell("GA-DHD") == "GA-DHD"


def test_csv_opens_in_a_spreadsheet():
    written = csv_table(("a", "b"), [("纤,芯", None), (HOSTILE[0], 1.5)])
    assert written.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(written[1:]))) == [["a", "b"], ["纤,芯", ""], ["'" + HOSTILE[0], "1.5"]]


def test_a_workbook_holds_text_and_numbers(tmp_path):
    path = tmp_path / "t.xlsx"
    write_workbook(path, "occupancy", ("a", "b"), [(HOSTILE[0], 3), ("纤芯", None)])
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("occupancy").to_python()
    assert rows == [["a", "b"], [HOSTILE[0], 3.0], ["纤芯", ""]]
