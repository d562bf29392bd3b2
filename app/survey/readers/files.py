"""Which reader takes which file: by extension and by content, which must agree."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from app.survey.findings import ERROR, INFO, Finding, SourceReport
from app.survey.readers.drawing import open_dxf, open_osm
from app.survey.readers.geopackage import open_geopackage
from app.survey.readers.graphs import open_graphml
from app.survey.readers.json_files import open_json
from app.survey.readers.open_fibre import is_open_fibre_table, open_fibre_table
from app.survey.readers.pictures import FOLDER, SUFFIXES
from app.survey.readers.placemarks import open_kml, open_kmz
from app.survey.readers.shapefile import open_shapefile
from app.survey.readers.source import Source, SourceFault
from app.survey.readers.text import open_text
from app.survey.readers.tracks import open_gpx
from app.survey.readers.workbook import open_workbook
from app.survey.readers.zipped import open_gzipped, open_zipped

FORMATS = (
    "XLSX, XLS, ODS, CSV, TSV, GeoPackage (.gpkg), GeoJSON (.geojson), ESRI Shapefile (.shp, or zipped), KML, KMZ, GPX, DXF, OSM,"
    " GraphML, QField packages (.zip) and deltas (.json), Open Fibre Data (.json, .geojson, .csv), device types (.yaml)"
)
LARGEST_FILE = 8 << 30

Reader = Callable[[Path], Iterator[Source | SourceReport]]


def _open_table(path: Path) -> Iterator[Source | SourceReport]:
    for source in open_text(path):
        if is_open_fibre_table(source.headers):
            yield from open_fibre_table(path, source)
        else:
            yield source


def _open_zip(path: Path) -> Iterator[Source | SourceReport]:
    yield from open_zipped(path, frozenset(_READERS), _open_file)


def _open_osm_packed(path: Path) -> Iterator[Source | SourceReport]:
    yield from open_gzipped(path, ".osm", open_osm)


_READERS: dict[str, Reader] = {
    ".csv": _open_table,
    ".tsv": _open_table,
    ".txt": _open_table,
    ".xlsx": open_workbook,
    ".xlsm": open_workbook,
    ".xls": open_workbook,
    ".ods": open_workbook,
    ".gpkg": open_geopackage,
    ".geojson": open_json,
    ".json": open_json,
    ".graphml": open_graphml,
    ".shp": open_shapefile,
    ".zip": _open_zip,
    ".kml": open_kml,
    ".kmz": open_kmz,
    ".gpx": open_gpx,
    ".dxf": open_dxf,
    ".osm": open_osm,
    ".pbf": open_osm,
    ".gz": _open_osm_packed,
}
_SIGNATURES: dict[str, tuple[bytes, ...]] = {
    ".xlsx": (b"PK\x03\x04",),
    ".xlsm": (b"PK\x03\x04",),
    ".xls": (b"\xd0\xcf\x11\xe0",),
    ".gpkg": (b"SQLite format 3\0",),
    ".geojson": (b"{",),
    ".json": (b"{", b"["),
    ".graphml": (b"<?xml", b"<graphml"),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".zip": (b"PK\x03\x04",),
    ".ods": (b"PK\x03\x04",),
    ".kmz": (b"PK\x03\x04",),
    ".kml": (b"<?xml", b"<kml"),
    ".gpx": (b"<?xml", b"<gpx"),
    ".dxf": (b"0\r\nSECTION", b"0\nSECTION", b"999\r\n", b"999\n"),
    ".osm": (b"<?xml", b"<osm"),
    ".pbf": (b"\x00\x00\x00",),
    ".gz": (b"\x1f\x8b",),
}
_MARKED = (".geojson", ".json", ".kml", ".gpx", ".dxf", ".osm", ".graphml")
# Parts of a file that is read under another name, and what surveyors put beside their files.
_PARTS = (".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qmd", ".sbn", ".sbx", ".qix", ".xml", ".gpkg-wal", ".gpkg-shm", ".gpkg-journal")
_DOCUMENTS = (".md", ".pdf", ".doc", ".docx", ".heic", ".qgz", ".qgs", ".lyr", ".sld", ".qml")
# Device types go to the catalogue, not to a layer: they are loaded before the tables.
_MODELS = (".yaml", ".yml")
_HALF_LETTER = re.compile("[\ud800-\udfff]")
_README = re.compile(r"(^|[\W_])readme([\W_]|$)", re.IGNORECASE)
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
    found = (folder / FOLDER).is_dir()
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            path = Path(root, name)
            # Device types and pictures are taken by others.
            is_others = path.suffix.lower() in (*_MODELS, *SUFFIXES)
            found |= is_others
            if is_others or name.startswith((".", "~$")) or path.suffix.lower() in _PARTS:
                continue
            found = True
            if name.lower() in _NAMES or _README.search(name) or path.suffix.lower() in _DOCUMENTS:
                yield _report(path, "FILE_SKIPPED", INFO, "not a survey file", next_step="skipped")
            else:
                yield from _open_file(path)
    if not found:
        yield _report(folder, "FILE_MISSING", ERROR, "no file in the folder", FORMATS, "check the path")


def _open_file(path: Path) -> Iterator[Source | SourceReport]:
    suffix = path.suffix.lower()
    if suffix in _MODELS:
        return
    reader = _READERS.get(suffix)
    if reader is None:
        yield _report(path, "FILE_KIND", ERROR, suffix or path.name, FORMATS, "save the survey in one of these formats")
        return
    try:
        _check_content(path, suffix)
        for source in reader(path):
            yield _with_readable_headers(path, source)
    except SourceFault as fault:
        yield SourceReport(str(path), findings=[fault.finding])
    except OSError as fault:
        yield _report(path, "FILE_MISSING", ERROR, f"the file cannot be read: {fault.strerror}", next_step="check the path and the rights")


def _with_readable_headers(path: Path, source: Source | SourceReport) -> Source | SourceReport:
    """The source, or what is wrong where its headers hold halves of letters, which nothing can write."""
    if isinstance(source, SourceReport):
        return source
    broken = next((text for text in (source.sheet or "", *source.headers) if _HALF_LETTER.search(text)), None)
    if broken is None:
        return source
    return _report(path, "ENCODING_BROKEN", ERROR, ascii(broken)[:100], "readable headers", "save the survey again as UTF-8")


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
    if signatures and not start.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n" if suffix in _MARKED else b"").startswith(signatures):
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
