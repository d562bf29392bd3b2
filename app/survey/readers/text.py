"""CSV and TSV: encoding and delimiter told from the file, physical line numbers kept, and no quote that swallows rows."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from functools import partial
from itertools import islice, repeat
from operator import itemgetter
from pathlib import Path
from typing import TextIO

from app.survey.findings import ERROR, INFO, WARNING, Finding
from app.survey.formulas import unguard
from app.survey.readers.encoding import WESTERN, Encoding, detect_encoding
from app.survey.readers.header_row import ROWS_LOOKED_AT, HeaderRow, find_header
from app.survey.readers.source import RawRow, Source, SourceFault

_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 30
_SAMPLED_LINES = 1_000
# Characters of lines that are parsed together.
_BLOCK = 1 << 17
# Each unclosed quote makes the parser read ahead; a file with more of them than this is not worth reading on.
_MOST_QUOTE_FAULTS = 100


def open_text(path: Path) -> Iterator[Source]:
    """The one source of a text file.

    Raises
    ------
    SourceFault
        The file cannot be read as a table.
    """
    encoding = detect_encoding(path)
    with _open(path, encoding) as file:
        lines = [line for line in islice(file, _SNIFFED_LINES) if line.strip()]
    delimiter = _sniff(lines) if lines else ","
    with _open(path, encoding) as file:
        first = list(islice(_filled(_Records(file, delimiter)), ROWS_LOOKED_AT))
    if not first:
        raise SourceFault(Finding("FILE_EMPTY", ERROR, found="no row with text", next_step="deliver the file again"))
    header = find_header(first)
    findings = [*_told_encoding(path, encoding), *header.findings(first)]
    yield Source(
        file=str(path),
        sheet=None,
        headers=header.headers,
        geometry=None,
        crs=None,
        encoding=encoding.name,
        row_count=None,
        rows=partial(_rows, path, encoding, delimiter, header, findings),
        header_row=header.row,
        row_estimate=max(encoding.line_count - header.row + (not encoding.ends_with_break), 0),
        findings=findings,
    )


def _told_encoding(path: Path, encoding: Encoding) -> list[Finding]:
    """How the text was read, with a sample that shows whether that is right; nothing for UTF-8."""
    if encoding.name.startswith("utf-8"):
        return []
    with _open(path, encoding) as file:
        cells = (cell.strip() for line in islice(file, _SAMPLED_LINES) for cell in re.split(r"[,;|\t]", line))
        sample = next((cell for cell in cells if not cell.isascii()), "")
    severity = WARNING if encoding.name == WESTERN else INFO
    step = "save the file as CSV UTF-8 where the sample is wrong"
    return [Finding("ENCODING", severity, found=f"{encoding.name.upper()}: {sample[:40]}".removesuffix(": "), next_step=step)]


def _open(path: Path, encoding: Encoding) -> TextIO:
    # Line ends stay as they are, since the CSV parser must see those inside of quotes.
    return path.open(encoding=encoding.name, errors="strict", newline="")


def _sniff(lines: list[str]) -> str:
    """The delimiter that cuts most of the first lines into the same number of cells, and into most cells."""

    def cells_per_line(delimiter: str) -> tuple[int, int]:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            return 0, 0
        common = max(set(counts), key=lambda count: (counts.count(count) if count > 1 else 0, count))
        return (common > 1) * counts.count(common), common

    return max(_DELIMITERS, key=cells_per_line)


def _rows(path: Path, encoding: Encoding, delimiter: str, header: HeaderRow, findings: list[Finding]) -> Iterator[RawRow]:
    width = len(header.headers)
    blank: list[int] = []
    with _open(path, encoding) as file:
        for first, records, is_guarded in _Records(file, delimiter):
            if first > header.row and not is_guarded and _are_full(records, width):
                yield from zip(range(first, first + len(records)), map(tuple, records), repeat(None))
                continue
            for number, cells in enumerate(records, first):
                if number <= header.row:
                    continue
                if cells.__class__ is list:
                    if not cells or ((not cells[0] or cells[0].isspace()) and not "".join(cells).strip()):
                        blank.append(number)
                        continue
                    if len(cells) != width:
                        cells = _fitted(number, cells, width, findings, whole=encoding.ends_with_break or number <= encoding.line_count)
                    else:
                        cells = tuple(cells)
                    if cells.__class__ is tuple and any(cell.startswith("'") for cell in cells):
                        cells = tuple(map(unguard, cells))
                yield number, cells, None
    if blank:
        findings.append(Finding("ROWS_BLANK", INFO, row=blank[0], found=f"{len(blank)} blank rows", next_step="skipped"))


def _are_full(records: list[list[str]], width: int) -> bool:
    """True where each record has as many cells as there are headers, and text in the first of them."""
    return set(map(len, records)) == {width} and all(map(str.strip, map(itemgetter(0), records)))


def _fitted(number: int, cells: list[str], width: int, findings: list[Finding], whole: bool) -> tuple[str, ...] | Finding:
    """The cells made as many as the headers, or what is wrong with them."""
    if len(cells) > width:
        if "".join(cells[width:]).strip():
            return Finding(
                "ROW_CELLS",
                ERROR,
                row=number,
                found=f"{len(cells)} cells",
                expected=f"{width} cells, as in the header",
                next_step="put text that holds the delimiter in quotes",
            )
        return tuple(cells[:width])
    if not whole:
        return Finding(
            "FILE_TRUNCATED",
            ERROR,
            row=number,
            found=f"the last row ends after {len(cells)} of {width} cells",
            next_step="deliver the whole file again",
        )
    findings.append(
        Finding(
            "ROW_CELLS",
            WARNING,
            row=number,
            found=f"{len(cells)} cells",
            expected=f"{width} cells, as in the header",
            next_step="the missing cells are read as empty",
        )
    )
    return (*cells, *[""] * (width - len(cells)))


def _filled(records: "_Records") -> Iterator[tuple[int, list[str]]]:
    for first, block, _ in records:
        for number, cells in enumerate(block, first):
            if cells.__class__ is list and any(cell.strip() for cell in cells):
                yield number, cells


class _Lines:
    """The physical lines of a file; those that the parser took for the record at hand can be given back, and so can a block."""

    def __init__(self, file: TextIO):
        self._file = file
        self._returned: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while True:
            line = self._returned.popleft() if self._returned else next(self._file, None)
            if line is None:
                return
            self.taken.append(line)
            yield line

    def block(self) -> list[str]:
        """The next lines, none at the end; those that were given back come alone."""
        lines = list(self._returned) or self._file.readlines(_BLOCK)
        self._returned.clear()
        return lines

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))

    def give_back_all_but_first(self) -> None:
        self.give_back(self.taken[1:])
        del self.taken[1:]


class _Records:
    """The records of a file in blocks: the number of the block's first line, its records, and whether a cell may be guarded.

    In a block of several records each has a line of its own. A quote that is not closed spoils its own line only: reading goes on
    at the next one, so that it swallows no row; the record is then a finding.
    """

    def __init__(self, file: TextIO, delimiter: str):
        self._lines = _Lines(file)
        self._delimiter = delimiter
        self._number = 1
        self._faults = 0
        self._width = 0

    def __iter__(self) -> Iterator[tuple[int, list[list[str]] | list[Finding], bool]]:
        while lines := self._lines.block():
            records = self._plain(lines)
            if records is None:
                self._lines.give_back(lines)
                for number, cells in self._one_by_one(self._number + len(lines)):
                    yield number, [cells], True
            else:
                yield self._number, records, "'" in "".join(lines)
                self._number += len(records)
                self._width = max(self._width, *map(len, records))

    def _plain(self, lines: list[str]) -> list[list[str]] | None:
        """The records of the lines, None where they do not stand one in each."""
        try:
            records = list(csv.reader(lines, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None
        return records if len(records) == len(lines) else None

    def _one_by_one(self, end: int) -> Iterator[tuple[int, list[str] | Finding]]:
        """Each record with the number of its first line, up to the line ``end``."""
        lines = self._lines
        while self._number < end:
            reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
            try:
                for cells in reader:
                    taken = lines.taken
                    if len(taken) > 1 and len(cells) < self._width:
                        raise csv.Error
                    yield self._number, _checked(self._number, cells, len(taken), self._delimiter) if len(taken) > 1 else cells
                    self._number += len(taken)
                    self._width = max(self._width, len(cells))
                    taken.clear()
                    if self._number >= end:
                        break
                else:
                    return
            except csv.Error:
                self._faults += 1
                lines.give_back_all_but_first()
                yield self._number, _unclosed(self._number)
                self._number += 1
                lines.taken.clear()
            if self._faults >= _MOST_QUOTE_FAULTS:
                raise SourceFault(
                    Finding(
                        "QUOTE_UNCLOSED",
                        ERROR,
                        row=self._number,
                        found=f"{self._faults} rows with a broken quote",
                        next_step="save the file again as CSV UTF-8",
                    )
                )


def _checked(number: int, cells: list[str], line_count: int, delimiter: str) -> list[str] | Finding:
    """The cells, unless one of them looks like several rows that a missing quote has made into one cell."""
    if not any(delimiter in cell and ("\n" in cell or "\r" in cell) for cell in cells):
        return cells
    return Finding(
        "QUOTE_UNCLOSED",
        ERROR,
        row=number,
        found=f"one cell holds line breaks and delimiters, rows {number} to {number + line_count - 1}",
        expected="a closed quote",
        next_step="close the quote, or take the line breaks out of the cell",
    )


def _unclosed(number: int) -> Finding:
    return Finding(
        "QUOTE_UNCLOSED",
        ERROR,
        row=number,
        found="a quote that is not closed, or text after a closing quote",
        expected="a closed quote",
        next_step='close the quote; write a quote inside a cell as ""',
    )
