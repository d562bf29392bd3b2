"""Which reader takes which file: by extension and by content, which must agree."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from app.survey.findings import ERROR, INFO, Finding, SourceReport
from app.survey.readers.geojson import open_geojson
from app.survey.readers.geopackage import open_geopackage
from app.survey.readers.graphs import open_graphml, open_json
from app.survey.readers.shapefile import open_shapefile
from app.survey.readers.source import Source, SourceFault
from app.survey.readers.text import open_text
from app.survey.readers.workbook import open_workbook
from app.survey.readers.zipped import open_zipped

FORMATS = "XLSX, XLS, CSV, TSV, GeoPackage (.gpkg), GeoJSON (.geojson), ESRI Shapefile (.shp, or zipped)"
LARGEST_FILE = 8 << 30

Reader = Callable[[Path], Iterator[Source | SourceReport]]
_READERS: dict[str, Reader] = {
    ".csv": open_text,
    ".tsv": open_text,
    ".txt": open_text,
    ".xlsx": open_workbook,
    ".xlsm": open_workbook,
    ".xls": open_workbook,
    ".gpkg": open_geopackage,
    ".geojson": open_geojson,
    ".json": open_json,
    ".graphml": open_graphml,
    ".shp": open_shapefile,
    ".zip": open_zipped,
}
_SIGNATURES: dict[str, tuple[bytes, ...]] = {
    ".xlsx": (b"PK\x03\x04",),
    ".xlsm": (b"PK\x03\x04",),
    ".xls": (b"\xd0\xcf\x11\xe0",),
    ".gpkg": (b"SQLite format 3\0",),
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".graphml": (b"<?xml", b"<graphml"),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".zip": (b"PK\x03\x04",),
}
# Parts of a file that is read under another name, and what surveyors put beside their files.
_PARTS = (".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qmd", ".sbn", ".sbx", ".qix", ".xml", ".gpkg-wal", ".gpkg-shm", ".gpkg-journal")
_DOCUMENTS = (".md", ".pdf", ".doc", ".docx", ".jpg", ".jpeg", ".png", ".heic", ".qgz", ".qgs", ".lyr", ".sld", ".qml")
_NAMES = ("readme.txt", "readme", "faults.json", "investment_items.csv", "licence.txt", "license.txt", "thumbs.db")


def known_suffixes() -> frozenset[str]:
    """Endings of the files that are read, and of the parts that lie beside them."""
    return frozenset(_READERS) | {".shx", ".dbf", ".prj", ".cpg"}


def open_sources(path: Path) -> Iterator[Source | SourceReport]:
    """Each table of a file, or of every file of a folder in the order of their names; a report with findings where one cannot be read."""
    if not path.exists():
        yield _report(path, "FILE_MISSING", ERROR, "no such file or folder", next_step="check the path")
    elif path.is_dir():
        yield from _open_folder(path)
    else:
        yield from _open_file(path)


def _open_folder(folder: Path) -> Iterator[Source | SourceReport]:
    found = False
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            path = Path(root, name)
            if name.startswith((".", "~$")) or path.suffix.lower() in _PARTS:
                continue
            found = True
            if name.lower() in _NAMES or path.suffix.lower() in _DOCUMENTS:
                yield _report(path, "FILE_SKIPPED", INFO, "not a survey file", next_step="skipped")
            else:
                yield from _open_file(path)
    if not found:
        yield _report(folder, "FILE_MISSING", ERROR, "no file in the folder", FORMATS, "check the path")


def _open_file(path: Path) -> Iterator[Source | SourceReport]:
    suffix = path.suffix.lower()
    reader = _READERS.get(suffix)
    if reader is None:
        yield _report(path, "FILE_KIND", ERROR, suffix or path.name, FORMATS, "save the survey in one of these formats")
        return
    try:
        _check_content(path, suffix)
        yield from reader(path)
    except SourceFault as fault:
        yield SourceReport(str(path), findings=[fault.finding])
    except OSError as fault:
        yield _report(path, "FILE_MISSING", ERROR, f"the file cannot be read: {fault.strerror}", next_step="check the path and the rights")


def _check_content(path: Path, suffix: str) -> None:
    size = path.stat().st_size
    if not size:
        raise SourceFault(Finding("FILE_EMPTY", ERROR, found="0 bytes", next_step="deliver the file again"))
    if size > LARGEST_FILE:
        raise SourceFault(
            Finding("FILE_TOO_LARGE", ERROR, found=f"{size} bytes", expected=f"at most {LARGEST_FILE}", next_step="split the survey")
        )
    with path.open("rb") as file:
        start = file.read(64)
    signatures = _SIGNATURES.get(suffix)
    if signatures and not start.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n" if suffix.endswith("json") else b"").startswith(signatures):
        raise SourceFault(
            Finding(
                "FILE_KIND",
                ERROR,
                found=f"a {suffix} file that begins with {start[:8]!r}",
                expected=f"the content of a {suffix} file",
                next_step="save the survey again in the format that its name says",
            )
        )


def _report(path: Path, rule: str, severity: str, found: str, expected: str | None = None, next_step: str | None = None) -> SourceReport:
    return SourceReport(str(path), findings=[Finding(rule, severity, found=found, expected=expected, next_step=next_step)])
