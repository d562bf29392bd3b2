"""Find the header row of a text file or a sheet: titles, blank rows and two-row headers come first in many surveys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.survey.findings import ERROR, INFO, Finding
from app.survey.headers import recognise
from app.survey.readers.source import SourceFault

# Titles, remarks and dates take a few rows at most; further down, a chance match with the data is likelier than a header.
ROWS_LOOKED_AT = 6
# No survey has more columns.
MOST_COLUMNS = 2_000
DEEPEST_HEADER = 3


@dataclass(frozen=True)
class HeaderRow:
    """Where the headers are.

    Attributes
    ----------
    headers
        Trailing empty ones left out.
    row
        The file's own number of the last row of the header.
    first_row
        Its number of the first one; the same unless the header has several.
    is_merged
        True where merged cells say how many rows it has.
    """

    headers: tuple[str, ...]
    row: int
    first_row: int
    is_merged: bool = False

    def findings(self, rows: Sequence[tuple[int, Sequence[object]]]) -> list[Finding]:
        """What to tell about rows above the header and about headers of several rows."""
        told = []
        above = [number for number, cells in rows if number < self.first_row]
        if above:
            told.append(
                Finding(
                    "TITLE_ROWS",
                    INFO,
                    row=above[0],
                    found=f"{len(above)} rows above the header",
                    next_step=f"row {self.row} is read as the header",
                )
            )
        if self.first_row != self.row:
            told.append(
                Finding(
                    "HEADER_TWO_ROWS",
                    INFO,
                    row=self.first_row,
                    found=", ".join(filter(None, self.headers))[:500],
                    next_step=f"rows {self.first_row} to {self.row} are joined, upper/lower",
                )
            )
        return told


def find_header(rows: Sequence[tuple[int, Sequence[object]]], merged: dict[int, int] | None = None) -> HeaderRow:
    """The header among the first rows.

    The first that names a whole layer, else the first that names most of one, else the first of those with most headers.

    Parameters
    ----------
    rows
        The first rows that are not blank, each with the file's own number.
    merged
        Row -> last row of the cells that are merged downwards from there.

    Raises
    ------
    SourceFault
        ``FILE_UNSAFE`` where there are more columns than any survey's.
    """
    filled = max(sum(cell not in (None, "") for cell in cells) for _, cells in rows[:ROWS_LOOKED_AT])
    if filled > MOST_COLUMNS:
        expected = f"at most {MOST_COLUMNS}"
        raise SourceFault(Finding("FILE_UNSAFE", ERROR, found=f"{filled} columns", expected=expected, next_step="keep the columns needed"))
    candidates = list(_candidates(rows[:ROWS_LOOKED_AT], merged or {}))
    matched = [(candidate, recognise(list(candidate.headers), None)) for candidate in candidates]
    whole = [candidate for candidate, match in matched if match and not match.missing]
    partly = [candidate for candidate, match in matched if match]
    return (whole or partly or [_widest(candidates)])[0]


def header_text(cell: object) -> str:
    """A cell of a header row as text on one line."""
    return "" if cell is None else " ".join(str(cell).split())


def _widest(candidates: list[HeaderRow]) -> HeaderRow:
    """Titles fill one cell or two; a header fills most of its columns. Of those that begin there, the one that merged cells make."""
    filled = {candidate: len({*candidate.headers} - {""}) for candidate in candidates if candidate.row == candidate.first_row}
    first = next(candidate for candidate, count in filled.items() if 2 * count > max(filled.values()))
    return next((candidate for candidate in candidates if candidate.is_merged and candidate.first_row == first.row), first)


def _candidates(rows: Sequence, merged: dict[int, int]) -> Iterator[HeaderRow]:
    for position, (number, _) in enumerate(rows):
        last = merged.get(number)
        # Merged cells know best how deep a header is.
        depths = dict.fromkeys([*([last - number + 1] if last else []), *range(1, DEEPEST_HEADER + 1)])
        for depth in depths:
            taken = rows[position : position + depth]
            if len(taken) == depth:
                headers = _joined([[header_text(cell) for cell in cells] for _, cells in taken])
                yield HeaderRow(_trimmed(headers), taken[-1][0], number, taken[-1][0] == last)


def _joined(rows: list[list[str]]) -> list[str]:
    """Upper before lower. A merged cell holds its text in its first column only, so an empty upper cell repeats the one before."""
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    groups = [""] * (len(rows) - 1)
    joined = []
    for position in range(width):
        parts = [row[position] for row in padded]
        own = parts[:-1]
        for level, text in enumerate(own):
            if text:
                # A new group above ends those below it.
                groups[level:] = [text, *[""] * (len(groups) - level - 1)]
        upper = groups if parts[-1] else own
        joined.append("/".join(dict.fromkeys(filter(None, [*upper, parts[-1]]))))
    return joined


def _trimmed(headers: list[str]) -> tuple[str, ...]:
    while headers and not headers[-1]:
        headers = headers[:-1]
    return tuple(headers)
