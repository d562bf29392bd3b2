"""What every reader gives: headers, and rows with the file's own numbers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app.core.errors import InputError
from app.survey.findings import Finding

# The file's own row number, the cells in the order of the headers (None or "" where empty), and the geometry as WKB.
# A row that cannot be read has a finding in the place of its cells.
RawRow = tuple[int, tuple[object, ...] | Finding, bytes | None]


class SourceFault(InputError):
    """The rest of a source cannot be read; ``finding`` says why."""

    def __init__(self, finding: Finding):
        super().__init__(finding.rule, "A survey file cannot be read.", None, finding.found, finding.expected, finding.next_step)
        self.finding = finding


@dataclass(frozen=True)
class Source:
    """One table of a survey.

    Attributes
    ----------
    file, sheet
        File name as given, and sheet or layer where the file has several.
    headers
        As written in the file.
    geometry
        ``point``, ``line``, ``polygon``, or None for a table.
    crs
        What the file itself declares (``EPSG:4546``), or None.
    encoding
        Of text files, as detected.
    row_count
        Rows that the file says it has, where it can tell without reading them.
    rows
        A fresh iterator over the rows, each time it is called.
    header_row
        The file's own number of the header row; 0 where there is none.
    row_estimate
        About how many rows there are, for showing progress.
    findings
        Told by the reader when it opened the source, and more while the rows are read (blank rows skipped).
    """

    file: str
    sheet: str | None
    headers: tuple[str, ...]
    geometry: str | None
    crs: str | None
    encoding: str | None
    row_count: int | None
    rows: Callable[[], Iterator[RawRow]]
    header_row: int = 1
    row_estimate: int | None = None
    findings: list[Finding] = field(default_factory=list)
