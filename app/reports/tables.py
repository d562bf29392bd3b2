"""Tables for people: aligned text, CSV and XLSX. A cell that a spreadsheet would take for a formula is told to be text."""
import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

WIDEST = 60
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def text_table(headers: Sequence[str], rows: Sequence[Sequence]) -> str:
    """The rows under their headers, columns aligned; numbers to the right, a Chinese character two columns wide."""
    cells = [[_shown(value) for value in row] for row in rows]
    widths = [max(text_width(cell) for cell in column) for column in zip(headers, *cells, strict=True)]
    right = [all(isinstance(row[at], (int, float)) or row[at] is None for row in rows) for at in range(len(headers))]
    lines = [_line(list(headers), widths, right), _line(["-" * width for width in widths], widths, right)]
    return "\n".join([*lines, *(_line(row, widths, right) for row in cells)])


def text_width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def safe_cell(value):
    """The value as it may stand in a CSV: text that begins like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def csv_table(headers: Sequence[str], rows: Sequence[Sequence]) -> str:
    """The rows as CSV with a byte order mark, as spreadsheets want it; an absent value is an empty cell."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([safe_cell(header) for header in headers])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return "\ufeff" + written.getvalue()


def write_workbook(file: Path | BinaryIO, name: str, headers: Sequence[str], rows: Sequence[Sequence]) -> None:
    """Write the rows to one sheet; every text is written as text, never as a formula or a link."""
    write_sheets(file, [(name, headers, rows)])


def write_sheets(file: Path | BinaryIO, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence]]]) -> None:
    """Write a workbook with a sheet for each (name, headers, rows), as `write_workbook` does."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True})
        for name, headers, rows in sheets:
            sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:31])
            sheet.freeze_panes(1, 0)
            for row_no, row in enumerate([headers, *rows]):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(row_no, column, value, None if row_no else head)
            for column, cells in enumerate(zip(headers, *rows, strict=True)):
                sheet.set_column(column, column, min(WIDEST, 2 + max(text_width(_shown(cell)) for cell in cells)))


def _shown(value) -> str:
    return "-" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    padded = []
    for cell, width, is_right in zip(cells, widths, right, strict=True):
        space = " " * (width - text_width(cell))
        padded.append(space + cell if is_right else cell + space)
    return "  ".join(padded).rstrip()
