"""Find the header row of a text file or a sheet: titles, blank rows and two-row headers come first in many surveys."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.survey.findings import INFO, Finding
from app.survey.headers import recognise

# Titles, remarks and dates take a few rows at most; further down, a chance match with the data is likelier than a header.
ROWS_LOOKED_AT = 6


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
        Its number of the first one; the same unless the header has two rows.
    """

    headers: tuple[str, ...]
    row: int
    first_row: int

    def findings(self, rows: Sequence[tuple[int, Sequence[object]]]) -> list[Finding]:
        """What to tell about rows above the header and about headers of two rows."""
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
                    next_step="the two header rows are joined, upper before lower",
                )
            )
        return told


def find_header(rows: Sequence[tuple[int, Sequence[object]]]) -> HeaderRow:
    """The header among the first rows: the first that names a whole layer, else the first that names most of one, else the first row.

    Parameters
    ----------
    rows
        The first rows that are not blank, each with the file's own number.
    """
    candidates = list(_candidates(rows[:ROWS_LOOKED_AT]))
    matched = [(candidate, recognise(list(candidate.headers), None)) for candidate in candidates]
    whole = [candidate for candidate, match in matched if match and not match.missing]
    partly = [candidate for candidate, match in matched if match]
    return (whole or partly or candidates)[0]


def header_text(cell: object) -> str:
    """A cell of a header row as text on one line."""
    return "" if cell is None else " ".join(str(cell).split())


def _candidates(rows):
    for position, (number, cells) in enumerate(rows):
        lower = [header_text(cell) for cell in cells]
        yield HeaderRow(_trimmed(lower), number, number)
        if position + 1 < len(rows):
            below_number, below = rows[position + 1]
            yield HeaderRow(_trimmed(_joined(lower, [header_text(cell) for cell in below])), below_number, number)


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """A merged cell holds its text in its first column only, so an empty upper cell repeats the one before."""
    joined = []
    group = ""
    for position in range(max(len(upper), len(lower))):
        above = upper[position] if position < len(upper) else ""
        below = lower[position] if position < len(lower) else ""
        group = above or group
        joined.append(group + below if below else above)
    return joined


def _trimmed(headers: list[str]) -> tuple[str, ...]:
    while headers and not headers[-1]:
        headers = headers[:-1]
    return tuple(headers)
