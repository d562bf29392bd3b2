"""Shapefiles: the counts of their three files compared before any row is read, since GDAL would leave rows out without a word."""

import codecs
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from app.survey.findings import ERROR, INFO, WARNING, Finding, SourceReport
from app.survey.readers.encoding import looks_western
from app.survey.readers.source import RawRow, Source, SourceFault
from app.survey.readers.vector import open_layer

_CHUNK = 1 << 20
# Language drivers of a DBF that mean Chinese Windows or DOS.
_CHINESE_DRIVERS = (0x4D, 0x7A)


@dataclass(frozen=True)
class _Table:
    """The counts of a .dbf: as its header says, as its length allows, and rows marked as deleted."""

    said: int
    held: int
    deleted: int
    start: int
    driver: int


def open_shapefile(path: Path) -> Iterator[Source | SourceReport]:
    """The one source of a shapefile.

    Raises
    ------
    SourceFault
        ``FILE_MISSING``, ``FILE_COUNTS`` or ``FILE_TRUNCATED``.
    """
    parts = {suffix: _part(path, suffix) for suffix in (".shx", ".dbf")}
    if parts[".dbf"] is None:
        found, step = "no .dbf beside the .shp", "deliver .shp, .shx, .dbf and .prj together"
        raise SourceFault(Finding("FILE_MISSING", ERROR, found=found, next_step=step))
    if parts[".shx"] is None:
        yield from _without_index(path)
        return
    table = _read_table(parts[".dbf"])
    shapes = (parts[".shx"].stat().st_size - 100) // 8
    _compare(path, shapes, table)
    encoding, findings = _encoding(path, parts[".dbf"], table)
    if table.deleted:
        findings.append(Finding("ROWS_DELETED", INFO, found=f"{table.deleted} rows marked as deleted", next_step="skipped"))
    yield from open_layer(path, "ESRI Shapefile", None, encoding, table.said - table.deleted, 1, findings)


def _without_index(path: Path) -> Iterator[Source | SourceReport]:
    with _indexed(path) as whole:
        for number, source in enumerate(open_shapefile(whole)):
            told = Finding("SHX_REBUILT", INFO, found="no .shx beside the .shp", next_step="its index was made anew")
            source = replace(source, file=str(path), findings=[*source.findings, told])
            yield source if isinstance(source, SourceReport) else replace(source, rows=partial(_indexed_rows, path, number))


def _indexed_rows(path: Path, number: int) -> Iterator[RawRow]:
    with _indexed(path) as whole:
        source = next(islice(open_shapefile(whole), number, None))
        if isinstance(source, Source):
            yield from source.rows()


@contextmanager
def _indexed(path: Path) -> Iterator[Path]:
    """The shapefile with an index of its records, in a place of its own; nothing is written beside the survey."""
    with tempfile.TemporaryDirectory(prefix="survey-") as folder:
        whole = Path(folder, "survey.shp")
        whole.symlink_to(path.absolute())
        for suffix in (".dbf", ".prj", ".cpg"):
            if part := _part(path, suffix):
                whole.with_suffix(suffix).symlink_to(part.absolute())
        with path.open("rb") as shapes, whole.with_suffix(".shx").open("wb") as index:
            _write_index(shapes, index, path.stat().st_size)
        yield whole


def _write_index(shapes: BinaryIO, index: BinaryIO, size: int) -> None:
    head = shapes.read(100)
    index.write(head)
    at = 100
    while at + 8 <= size:
        words = struct.unpack(">i", shapes.read(8)[4:])[0]
        if words < 2 or at + 8 + 2 * words > size:
            break
        index.write(struct.pack(">ii", at // 2, words))
        at += 8 + 2 * words
        shapes.seek(at)
    words = index.tell() // 2
    index.seek(24)
    index.write(struct.pack(">i", words))


def _part(path: Path, suffix: str) -> Path | None:
    return next((part for part in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if part.is_file()), None)


def _compare(path: Path, shapes: int, table: _Table) -> None:
    with path.open("rb") as file:
        head = file.read(100)
    said_bytes = struct.unpack(">I", head[24:28])[0] * 2 if len(head) == 100 else 0
    size = path.stat().st_size
    if len(head) < 100 or size < said_bytes:
        raise SourceFault(
            Finding(
                "FILE_TRUNCATED",
                ERROR,
                found=f".shp of {size} bytes",
                expected=f"{max(said_bytes, 100)} bytes, as the file says",
                next_step="deliver the whole file again",
            )
        )
    if not table.said == table.held == shapes:
        raise SourceFault(
            Finding(
                "FILE_COUNTS",
                ERROR,
                found=f".shx has {shapes} shapes, .dbf says {table.said} rows and holds {table.held}",
                expected="the same number three times",
                next_step="export the shapefile again",
            )
        )


def _read_table(path: Path) -> _Table:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            raise SourceFault(Finding("FILE_TRUNCATED", ERROR, found=f".dbf of {size} bytes", next_step="deliver the whole file again"))
        said, start, width = struct.unpack("<IHH", head[4:12])
        held = min(said, max(size - start, 0) // width) if width else 0
        deleted = 0
        file.seek(start)
        step = max(_CHUNK // max(width, 1), 1) * width
        left = held * width
        while left > 0:
            chunk = file.read(min(step, left))
            left -= len(chunk)
            deleted += chunk[::width].count(b"*")
    return _Table(said, held, deleted, start, head[29])


def _encoding(path: Path, dbf: Path, table: _Table) -> tuple[str, list[Finding]]:
    """By the .cpg, else the table's language driver, else as its bytes look; and what to tell about it."""
    cpg = _part(path, ".cpg")
    known = _known(cpg.read_text(encoding="ascii", errors="replace").strip() if cpg else "")
    named = known or ("GB18030" if table.driver in _CHINESE_DRIVERS else None)
    if named and _is_text(dbf, table.start, named):
        return named, []
    if _is_text(dbf, table.start, "utf-8"):
        return "UTF-8", []
    with dbf.open("rb") as file:
        file.seek(32)
        sample = file.read(_CHUNK)
    wide = sample[max(next((at for at, byte in enumerate(sample) if byte > 0x7F), 0) - 1, 0) :]
    found = "CP1252" if looks_western(wide) or not _is_text(dbf, table.start, "gb18030") else "GB18030"
    severity = WARNING if named or found == "CP1252" else INFO
    text = wide[1:].decode(found, "replace").split("\0")[0].split("  ")[0][:40]
    step = "deliver a .cpg with the name of the encoding where the sample is wrong"
    expected = f"{named}, as the file says" if named else None
    return found, [Finding("ENCODING", severity, found=f"{found}: {text}", expected=expected, next_step=step)]


def _known(name: str) -> str | None:
    if name.isdigit():
        name = {"65001": "utf-8", "936": "gb18030", "54936": "gb18030"}.get(name, f"cp{name}")
    try:
        found = codecs.lookup(name).name if name else None
    except LookupError:
        return None
    return "GB18030" if found in ("gbk", "gb2312", "gb18030") else found and found.upper()


def _is_text(path: Path, start: int, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            decoder.decode(file.read(start)[32:].replace(b"\0", b""))
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True
