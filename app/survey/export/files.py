"""Exports as files: XLSX, CSV, GeoPackage, GeoJSON, row by row; what a spreadsheet would take for a formula is told to be text."""
import csv
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy
import pyogrio
import shapely
import xlsxwriter
from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.survey.datum import STORED
from app.survey.export.rows import exportable, read_rows
from app.survey.formulas import guard
from app.survey.headers import template_columns
from app.survey.layers import Field, Layer

FORMATS = ("xlsx", "csv", "gpkg", "geojson")
_MAPS = ("gpkg", "geojson")
_PLACES = ("lon", "lat", "x", "y", "crs")
_GEOMETRIES = {"point": "Point", "line": "LineString", "polygon": "MultiPolygon"}
# Rows of a spreadsheet, its header among them.
SHEET_ROWS = 1_048_576
BLOCK = 20_000

Rows = Iterator[tuple[dict[str, object], bytes | None]]


def export_layers(session: Session, region: int, path: Path, kind: str, wanted: Sequence[str] = (), *, language: str = "zh",
                  personal: bool = True, most_rows: int | None = None) -> list[tuple[str, int]]:
    """(layer, rows written) of each layer; the file is one workbook or GeoPackage, or a ZIP of one file for each layer.

    Parameters
    ----------
    kind
        One of ``FORMATS``.
    wanted
        Layers; all that the format can hold where it is empty.
    language
        ``zh`` or ``en``: of headers and words.
    personal
        False leaves columns empty that tell of persons.
    most_rows
        Of all layers together.

    Raises
    ------
    InputError
        ``FORMAT_UNKNOWN``, ``LAYER_UNKNOWN``, ``LAYER_PLACE`` where the format cannot hold a layer that was named, ``EXPORT_LARGE``.
    """
    chosen = choose_layers(kind, wanted)
    with tempfile.TemporaryDirectory(prefix="netgrid-export-") as folder:
        made = Path(folder) / f"export.{kind}"
        room = _Room(most_rows)

        def rows_of(layer: Layer) -> Rows:
            return room.counted(read_rows(session, region, layer, language, personal))

        counts = write_layers(chosen, kind, made, rows_of, language)
        if path.suffix.lower() == ".zip" or kind in ("csv", "geojson"):
            _pack(sorted(made.parent.iterdir()), path)
        else:
            shutil.copyfile(made, path)
    return counts


def choose_layers(kind: str, wanted: Sequence[str]) -> list[Layer]:
    """The layers to write, parents first."""
    if kind not in FORMATS:
        raise InputError("FORMAT_UNKNOWN", "there is no such format", found=kind, expected=", ".join(FORMATS), next_step="name one of them")
    known = {layer.id: layer for layer in exportable()}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError("LAYER_UNKNOWN", "there is no such layer to export", found=", ".join(unknown), expected=", ".join(known),
                         next_step="name one of them")  # fmt: skip
    held = [layer for layer in known.values() if (not layer.needs_map if kind not in _MAPS else layer.geometry or kind == "gpkg")]
    lost = [name for name in wanted if known[name] not in held]
    if lost:
        raise InputError("LAYER_PLACE", f"{kind} cannot hold these layers", found=", ".join(lost),
                         expected=", ".join(layer.id for layer in held), next_step="take GeoPackage, which holds them all")  # fmt: skip
    return [layer for layer in held if not wanted or layer.id in wanted]


class _Room:
    """How many rows may still be written; None is any number."""

    def __init__(self, most: int | None):
        self._most, self._done = most, 0

    def counted(self, rows: Rows) -> Rows:
        """The rows, as long as there is room."""
        for row in rows:
            self._done += 1
            if self._most is not None and self._done > self._most:
                raise InputError(
                    "EXPORT_LARGE", "this is more than a page hands out", found=f"more than {self._most} rows",
                    expected=f"at most {self._most} rows", next_step="choose fewer layers, or call: flask network export",
                )  # fmt: skip
            yield row


def write_layers(
    chosen: list[Layer], kind: str, path: Path, rows_of: Callable[[Layer], Rows], language: str
) -> list[tuple[str, int]]:
    """(layer, rows written) of each layer, in one workbook or GeoPackage, or in a file for each beside ``path``."""
    counts = []
    if kind == "xlsx":
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(path, options) as book:
            return [(layer.id, _write_sheets(book, layer, rows_of(layer), language)) for layer in chosen]
    for layer in chosen:
        if kind == "gpkg":
            done = _write_gpkg(path, layer, rows_of(layer), language)
        else:
            writer = _write_csv if kind == "csv" else _write_geojson
            done = writer(path.with_name(f"{layer.id}.{kind}"), layer, rows_of(layer), language)
        counts.append((layer.id, done))
    return counts


def _pack(files: list[Path], path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.write(file, file.name)


def _columns(layer: Layer, language: str, as_table: bool) -> dict[str, str]:
    """Field -> header: places are in columns of a table, or in the geometry of a map."""
    headers = template_columns(layer.id, language)
    kept = ("lon", "lat") if as_table and layer.geometry == "point" else ()
    return {name: header for name, header in headers.items() if name not in _PLACES or name in kept}


def _placed(cells: dict[str, object], place: bytes | None, layer: Layer) -> dict[str, object]:
    if place is None or layer.geometry != "point":
        return cells
    point = shapely.from_wkb(place)
    return cells | {"lon": point.x, "lat": point.y}


def _write_csv(path: Path, layer: Layer, rows: Rows, language: str) -> int:
    columns, done = _columns(layer, language, as_table=True), 0
    # Spreadsheets take a CSV without a byte-order mark for GBK.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns.values())
        for cells, place in rows:
            cells = _placed(cells, place, layer)
            writer.writerow(["" if cells.get(name) is None else guard(cells[name]) for name in columns])
            done += 1
    return done


def _write_sheets(book: xlsxwriter.Workbook, layer: Layer, rows: Rows, language: str) -> int:
    columns, done, sheets = _columns(layer, language, as_table=True), 0, 0
    bold = book.add_format({"bold": True})
    title = re.sub(r"[\[\]:*?/\\']", " ", layer.title_zh if language == "zh" else layer.title_en)[:28]
    while True:
        part = list(islice(rows, 1))
        if not part and sheets:
            return done
        sheets += 1
        sheet = book.add_worksheet(title if sheets == 1 else f"{title} {sheets}")
        sheet.freeze_panes(1, 0)
        for position, header in enumerate(columns.values()):
            sheet.set_column(position, position, max(12, 2 * len(header)))
            sheet.write_string(0, position, header, bold)
        for number, (cells, place) in enumerate(_chained(part, islice(rows, SHEET_ROWS - 2)), 1):
            _write_row(sheet, number, [_placed(cells, place, layer).get(name) for name in columns])
            done += 1


def _chained(first: list, rest: Iterator) -> Iterator:
    yield from first
    yield from rest


def _write_row(sheet, number: int, values: list[object]) -> None:
    for position, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(number, position, value)
        elif value is not None:
            # A workbook keeps sixteen digits; a number that needs the seventeenth is written as text, which is read the same.
            exact = float(f"{value:.16G}") == value
            (sheet.write_number if exact else sheet.write_string)(number, position, value if exact else repr(value))


def _write_gpkg(path: Path, layer: Layer, rows: Rows, language: str) -> int:
    columns, done = _columns(layer, language, as_table=False), 0
    while True:
        block = list(islice(rows, BLOCK))
        if not block and done:
            return done
        values = [_array(layer.field(name), [cells.get(name) for cells, _ in block]) for name in columns]
        shapes = numpy.array([place for _, place in block], dtype=object) if layer.geometry else None
        pyogrio.raw.write(
            path, shapes, values, list(columns.values()), layer=layer.id, driver="GPKG",
            geometry_type=_GEOMETRIES[layer.geometry] if layer.geometry else None, crs=STORED if layer.geometry else None,
            promote_to_multi=layer.geometry == "polygon", append=path.exists(),
        )  # fmt: skip
        done += len(block)
        if not block:
            return done


def _array(field: Field, values: list) -> numpy.ndarray:
    if field.type in ("number", "int"):
        return numpy.array([numpy.nan if value is None else value for value in values], dtype=float)
    return numpy.array(values, dtype=object)


def _write_geojson(path: Path, layer: Layer, rows: Rows, language: str) -> int:
    columns, done = _columns(layer, language, as_table=False), 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for cells, place in rows:
            shape = json.loads(shapely.to_geojson(shapely.from_wkb(place))) if place else None
            named = {header: cells.get(name) for name, header in columns.items()}
            feature = {"type": "Feature", "properties": named, "geometry": shape}
            file.write((",\n" if done else "\n") + json.dumps(feature, ensure_ascii=False))
            done += 1
        file.write("\n]}\n")
    return done
