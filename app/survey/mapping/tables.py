"""The tables of a batch as its page shows them: headers, first values, and the mapping proposed; kept beside the batch's files.

The job that reads the files writes them down once, so that no page reads an upload.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from app.survey.headers import recognise
from app.survey.mapping.files import mapping_yaml, read_mapping
from app.survey.mapping.propose import Proposal, propose, propose_layer
from app.survey.mapping.rules import Mapping, SheetMapping, fingerprint
from app.survey.readers import open_sources
from app.survey.readers.source import Source, SourceFault

# Hidden names: no upload has one, and no import reads them.
TABLES, MAPPING = ".tables.json", ".mapping"
SHOWN_ROWS = 20
LONGEST_CELL = 60


@dataclass(frozen=True)
class Table:
    """One table of a batch.

    Attributes
    ----------
    rows
        The first rows, cells as text, None where empty.
    layer
        The layer that the headers say by themselves, with all that it needs; else None.
    proposed
        The mapping proposed for it as plain data, None where no layer has anything of it.
    notes, open_fields
        As in ``Proposal``.
    """

    file: str
    sheet: str | None
    headers: tuple[str, ...]
    geometry: str | None
    rows: tuple[tuple[str | None, ...], ...]
    layer: str | None
    proposed: dict | None
    notes: dict[str, str]
    open_fields: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """What knows the headers again."""
        return fingerprint(self.headers, self.geometry)

    def values_of(self, position: int) -> list[str]:
        """The first values of a column, without the empty ones."""
        return [row[position] for row in self.rows if row[position]]

    def propose_layer(self, layer: str) -> Proposal:
        """The mapping proposed where the table is to be that layer."""
        rows = [(number, row, None) for number, row in enumerate(self.rows, 2)]
        return propose_layer(
            Source(self.file, self.sheet, self.headers, self.geometry, None, None, len(rows), lambda: iter(rows)), layer
        )


def write_tables(folder: Path) -> None:
    """Write down the tables of a batch's files, where that was not done before."""
    path = folder / TABLES
    if path.exists():
        return
    found = [_table(source) for source in open_sources(folder) if isinstance(source, Source)]
    _write(path, json.dumps([asdict(one) for one in found], ensure_ascii=False))


def read_tables(folder: Path) -> list[Table]:
    """The tables of a batch; none where its files were not read yet."""
    path = folder / TABLES
    if not path.exists():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))
    return [Table(**{name: _tuples(value) for name, value in one.items()}) for one in told]


def keep_mapping(folder: Path, mapping: Mapping | None) -> None:
    """From now on the batch's files are read so; without a mapping, by their headers again."""
    path = folder / MAPPING
    if mapping is None:
        path.unlink(missing_ok=True)
    else:
        _write(path, mapping_yaml(mapping))


def find_kept_mapping(folder: Path) -> Mapping | None:
    """How the batch's files are read; None where their headers say it."""
    path = folder / MAPPING
    return read_mapping(path) if path.exists() else None


def find_sheet(mapping: Mapping | None, table: Table) -> SheetMapping | None:
    """The part of a mapping that is for a table."""
    return mapping.sheet_for(table.sheet, table.fingerprint) if mapping else None


def _table(source: Source) -> Table:
    match = recognise(list(source.headers), source.geometry)
    proposal = propose(source)
    told = Mapping("", (proposal.mapping,)).as_dict()["sheets"][0] if proposal else None
    return Table(
        Path(source.file).name, source.sheet, source.headers, source.geometry, tuple(_first_rows(source)),
        match.layer.id if match and not match.missing else None, told, proposal.notes if proposal else {},
        proposal.open_fields if proposal else (),
    )  # fmt: skip


def _first_rows(source: Source) -> list[tuple[str | None, ...]]:
    try:
        rows = [cells for _, cells, _ in islice(source.rows(), SHOWN_ROWS) if isinstance(cells, tuple)]
    except SourceFault:
        return []
    return [tuple(None if cell in (None, "") else _shown(cell) for cell in row) for row in rows]


def _shown(cell: object) -> str:
    # Halves of letters, which a damaged file may hold, can be written nowhere.
    return str(cell)[:LONGEST_CELL].encode("utf-8", "backslashreplace").decode()


def _tuples(value: object) -> object:
    return tuple(map(_tuples, value)) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _write(path: Path, content: str) -> None:
    # Whole or not at all: a page may read it at the same time.
    new = path.with_name(f"{path.name}.new")
    new.write_text(content, encoding="utf-8")
    new.replace(path)
