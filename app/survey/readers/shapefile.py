"""Shapefiles: the counts of their three files compared before any row is read, since GDAL would leave rows out without a word."""

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.survey.findings import ERROR, INFO, Finding, SourceReport
from app.survey.readers.source import Source, SourceFault
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
    missing = [suffix for suffix, part in parts.items() if part is None]
    if missing:
        raise SourceFault(
            Finding(
                "FILE_MISSING",
                ERROR,
                found=f"no {' and no '.join(missing)} beside the .shp",
                next_step="deliver .shp, .shx, .dbf and .prj together",
            )
        )
    table = _read_table(parts[".dbf"])
    shapes = (parts[".shx"].stat().st_size - 100) // 8
    _compare(path, shapes, table)
    findings = []
    if table.deleted:
        findings.append(Finding("ROWS_DELETED", INFO, found=f"{table.deleted} rows marked as deleted", next_step="skipped"))
    yield open_layer(path, "ESRI Shapefile", None, _encoding(path, parts[".dbf"], table), table.said - table.deleted, 1, findings)


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


def _encoding(path: Path, dbf: Path, table: _Table) -> str:
    """By the .cpg, else the table's language driver, else UTF-8 where all of it is, else GB18030."""
    cpg = _part(path, ".cpg")
    named = cpg.read_text(encoding="ascii", errors="replace").strip() if cpg else ""
    known = _known(named)
    if known:
        return known
    if table.driver in _CHINESE_DRIVERS:
        return "GB18030"
    return "UTF-8" if _is_utf8(dbf, table.start) else "GB18030"


def _known(name: str) -> str | None:
    if name.isdigit():
        name = {"65001": "utf-8", "936": "gb18030", "54936": "gb18030"}.get(name, f"cp{name}")
    try:
        found = codecs.lookup(name).name if name else None
    except LookupError:
        return None
    return "GB18030" if found in ("gbk", "gb2312", "gb18030") else found and found.upper()


def _is_utf8(path: Path, start: int) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        with path.open("rb") as file:
            decoder.decode(file.read(start)[32:].replace(b"\0", b""))
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True
