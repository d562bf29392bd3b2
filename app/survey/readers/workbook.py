"""XLSX, XLS and ODS workbooks: one source for each sheet that holds something."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum, load_workbook

from app.survey.findings import ERROR, INFO, WARNING, Finding, SourceReport
from app.survey.readers.header_row import ROWS_LOOKED_AT, HeaderRow, find_header, header_text
from app.survey.readers.packed import ODS_TITLE, PackedSheet, inspect_workbook
from app.survey.readers.planner import is_planner, open_planner
from app.survey.readers.source import RawRow, Source, SourceFault

MOST_ROWS = 200_000
# The reader holds a sheet as a full rectangle, so width counts as much as height.
MOST_CELLS = 20_000_000


def open_workbook(path: Path) -> Iterator[Source | SourceReport]:
    """A source for each sheet, or a report that says why there is none.

    Raises
    ------
    SourceFault
        The workbook cannot be opened.
    """
    packed = inspect_workbook(path) if path.suffix.lower() in (".xlsx", ".xlsm", ".ods") else {}
    try:
        book = load_workbook(path)
        sheets = book.sheets_metadata
    except (CalamineError, OSError) as fault:
        raise SourceFault(
            Finding(
                "FILE_TRUNCATED",
                ERROR,
                found=f"the workbook cannot be opened: {fault}",
                next_step="deliver the whole file again, saved as XLSX without a password",
            )
        ) from fault
    found = []
    for sheet in sheets:
        hidden = sheet.visible != SheetVisibleEnum.Visible
        told = packed.get(sheet.name) or packed.get(ODS_TITLE) or PackedSheet()
        found.append(_open_sheet(path, book, sheet.name, told, hidden))
    yield from open_planner(path, found) if is_planner(found) else found


def _open_sheet(path: Path, book: CalamineWorkbook, title: str, packed: PackedSheet, hidden: bool) -> Source | SourceReport:
    if packed.last_row > MOST_ROWS or packed.last_row * packed.last_column > MOST_CELLS:
        return _too_large(path, title, f"{packed.last_row} rows, {packed.last_column} columns")
    try:
        table = book.get_sheet_by_name(title)
    except CalamineError as fault:
        return SourceReport(
            str(path),
            title,
            findings=[Finding("FILE_TRUNCATED", ERROR, found=f"the sheet cannot be read: {fault}", next_step="save the sheet as CSV")],
        )
    if table.end is None:
        return SourceReport(str(path), title, findings=[Finding("SHEET_EMPTY", INFO, found="no cells", next_step="skipped")])
    last_row = table.end[0] + 1
    if last_row > MOST_ROWS:
        return _too_large(path, title, f"{last_row} rows")
    first = list(islice(_filled(_spread(table, True)), ROWS_LOOKED_AT))
    if not first:
        return SourceReport(str(path), title, findings=[Finding("SHEET_EMPTY", INFO, found="no cells with text", next_step="skipped")])
    deep = sorted((bottom + 1, top + 1) for (top, _), (bottom, _) in table.merged_cell_ranges or () if bottom > top)
    header = find_header(first, {top: bottom for bottom, top in deep})
    findings = header.findings(first)
    findings += _told(packed, table, header)
    if hidden:
        findings.append(Finding("SHEET_HIDDEN", INFO, found="a hidden sheet", next_step="read like the others"))
    # Only the title is kept: a sheet is parsed again when its turn comes, so that one sheet at a time is in memory.
    return Source(
        file=str(path),
        sheet=title,
        headers=header.headers,
        geometry=None,
        crs=None,
        encoding=None,
        row_count=None,
        rows=partial(_rows, path, title, header, packed, findings),
        header_row=header.row,
        row_estimate=last_row - header.row,
        findings=findings,
    )


def _too_large(path: Path, title: str, found: str) -> SourceReport:
    return SourceReport(
        str(path),
        title,
        findings=[
            Finding("SHEET_TOO_LARGE", ERROR, found=found, expected=f"at most {MOST_ROWS} rows", next_step="save the sheet as CSV"),
        ],
    )


def _told(packed: PackedSheet, table: CalamineSheet, header: HeaderRow) -> list[Finding]:
    """What a user of the sheet does not see, and cells that were merged."""
    told = []
    if packed.hidden_rows:
        found = f"{packed.hidden_rows} hidden rows" + (", a filter is set" if packed.is_filtered else "")
        told.append(Finding("ROWS_HIDDEN", INFO, found=found, next_step="read like the others; delete those that should not be read"))
    elif packed.is_filtered:
        told.append(Finding("ROWS_HIDDEN", INFO, found="a filter is set", next_step="all rows are read"))
    if packed.hidden_columns:
        told.append(Finding("COLUMNS_HIDDEN", INFO, found="hidden columns", next_step="read like the others"))
    merged = [below for (_, _), (below, _) in table.merged_cell_ranges or () if below >= header.row]
    if merged:
        told.append(Finding(
            "CELLS_MERGED", WARNING, found=f"{len(merged)} merged cells below the header",
            next_step="each row of a merged cell is read with its text; check that this is meant",
        ))  # fmt: skip
    return told


def _spread(table: CalamineSheet, across: bool) -> Iterator[list[object]]:
    """The rows, each cell of a merged one with its text: in all rows of it, and ``across`` its columns too."""
    starts: dict[int, list[tuple]] = {}
    for (top, left), (bottom, right) in table.merged_cell_ranges or ():
        if bottom > top or (across and right > left):
            starts.setdefault(top, []).append((bottom, left, right if across else left))
    open_ranges: list[tuple] = []
    for number, cells in enumerate(table.iter_rows()):
        if number in starts or open_ranges:
            open_ranges += [(*one, cells[one[1]]) for one in starts.get(number, ()) if one[1] < len(cells)]
            for _, left, right, text in open_ranges:
                for column in range(left, min(right + 1, len(cells))):
                    if cells[column] == "":
                        cells[column] = text
            open_ranges = [one for one in open_ranges if one[0] > number]
        yield cells


def _filled(rows: Iterator[list[object]]) -> Iterator[tuple[int, list[object]]]:
    for number, cells in enumerate(rows, 1):
        if any(header_text(cell) for cell in cells):
            yield number, cells


def _rows(path: Path, title: str, header: HeaderRow, packed: PackedSheet, findings: list[Finding]) -> Iterator[RawRow]:
    width = len(header.headers)
    blank: list[int] = []
    beyond: list[int] = []
    for number, cells in enumerate(_spread(load_workbook(path).get_sheet_by_name(title), False), 1):
        if number <= header.row:
            continue
        if number in packed.error_cells:
            yield number, _error_cell(number, packed.error_cells[number], header), None
            continue
        if _is_blank(cells):
            blank.append(number)
            continue
        if len(cells) > width and not _is_blank(cells[width:]):
            beyond.append(number)
        yield number, (*cells[:width], *[None] * (width - len(cells))), None
    if blank:
        findings.append(Finding("ROWS_BLANK", INFO, row=blank[0], found=f"{len(blank)} blank rows", next_step="skipped"))
    if beyond:
        findings.append(
            Finding(
                "CELLS_WITHOUT_HEADER",
                WARNING,
                row=beyond[0],
                found=f"{len(beyond)} rows with text beyond the last header",
                next_step="give the column a header where the text should be read",
            )
        )


def _is_blank(cells: list[object]) -> bool:
    return not any(cell != "" and (cell.__class__ is not str or cell.strip()) for cell in cells)


def _error_cell(number: int, column: int, header: HeaderRow) -> Finding:
    name = header.headers[column - 1] if column <= len(header.headers) else None
    return Finding(
        "CELL_ERROR",
        ERROR,
        row=number,
        column=name,
        found="a formula error such as #REF!",
        next_step="correct the formula, or write the value",
    )
