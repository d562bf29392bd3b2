"""GeoPackages: looked into with SQLite before GDAL opens them."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from app.survey.findings import ERROR, Finding, SourceReport
from app.survey.readers.source import Source, SourceFault
from app.survey.readers.vector import damaged, open_layer

_HARMLESS = ("using rtree", "using fts3", "using fts4", "using fts5")


def open_geopackage(path: Path) -> Iterator[Source | SourceReport]:
    """A source for each layer and table of the file.

    Raises
    ------
    SourceFault
        ``FILE_TRUNCATED``, ``FILE_UNSAFE`` or ``FILE_KIND``.
    """
    _check_length(path)
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            tables = _tables(database)
    except sqlite3.Error as fault:
        raise SourceFault(damaged(fault)) from fault
    if not tables:
        yield SourceReport(str(path), findings=[Finding("FILE_EMPTY", ERROR, found="no layer", next_step="deliver the file again")])
    for name, row_count in tables:
        yield from open_layer(path, "GPKG", name, None, row_count, 0, [])


def _check_length(path: Path) -> None:
    """A database that is shorter than its own header says has been cut off; SQLite itself notices only when it gets there."""
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100:
        raise SourceFault(damaged(ValueError(f"{len(header)} bytes")))
    page_size = struct.unpack(">H", header[16:18])[0]
    page_size = 65536 if page_size == 1 else page_size
    changed, pages, valid_for = struct.unpack(">I", header[24:28])[0], *struct.unpack(">I60xI", header[28:96])
    size = path.stat().st_size
    if changed == valid_for and size < pages * page_size:
        raise SourceFault(
            Finding(
                "FILE_TRUNCATED",
                ERROR,
                found=f"{size} bytes",
                expected=f"{pages * page_size} bytes, as the file says",
                next_step="deliver the whole file again",
            )
        )


def _tables(database: sqlite3.Connection) -> list[tuple[str, int]]:
    database.execute("PRAGMA trusted_schema = OFF")
    for name, sql in database.execute("SELECT name, lower(sql) FROM sqlite_master WHERE sql LIKE 'create virtual table%'"):
        if not any(word in " ".join(sql.split()) for word in _HARMLESS):
            raise SourceFault(
                Finding(
                    "FILE_UNSAFE",
                    ERROR,
                    found=f"a virtual table: {name}",
                    expected="plain tables",
                    next_step="export the layer to a new GeoPackage",
                )
            )
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_contents'").fetchone():
        raise SourceFault(
            Finding(
                "FILE_KIND",
                ERROR,
                found="a SQLite database without gpkg_contents",
                expected="a GeoPackage",
                next_step="export the layer to a GeoPackage",
            )
        )
    # A view may be endless, or read what lies outside of the file.
    views = "SELECT name FROM sqlite_master WHERE type = 'view' AND name IN (SELECT table_name FROM gpkg_contents)"
    view = database.execute(views).fetchone()
    if view:
        raise SourceFault(
            Finding("FILE_UNSAFE", ERROR, found=f"a view: {view[0]}", expected="tables", next_step="export the layer to a new GeoPackage")
        )
    kinds = "('features', 'attributes')"
    names = [name for (name,) in database.execute(f"SELECT table_name FROM gpkg_contents WHERE data_type IN {kinds} ORDER BY table_name")]  # noqa: S608
    return [(name, database.execute(f'SELECT count(*) FROM "{_quoted(name)}"').fetchone()[0]) for name in names]  # noqa: S608


def _quoted(name: str) -> str:
    return name.replace('"', '""')
