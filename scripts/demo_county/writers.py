"""Survey files on disk, written row by row so that memory does not grow with the county."""
import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import numpy as np
import pyogrio
import shapely
import xlsxwriter

from app.survey.layers import layers
from scripts.demo_county.columns import columns, worded
from scripts.demo_county.points import Buildings, Requests

# File name and encoding of each layer that goes to a CSV of its own.
TABLES = {
    "equipment": ("outside_equipment.csv", "utf-8-sig"), "duct": ("ducts.csv", "utf-8"), "cable": ("cables.csv", "utf-8"),
    "segment": ("segments.csv", "utf-8"), "cable_run": ("cable_runs.csv", "utf-8"), "splice": ("splices.csv", "gb18030"),
    "termination": ("terminations.csv", "gb18030"), "patch": ("patches.csv", "gb18030"), "port_state": ("port_states.csv", "gb18030"),
    "conductor_state": ("conductor_states.csv", "gb18030"), "circuit": ("circuits.csv", "utf-8"),
    "circuit_carrier": ("circuit_carriers.csv", "utf-8"), "ring": ("rings.csv", "utf-8"), "ring_member": ("ring_members.csv", "utf-8"),
    "vlan": ("vlans.csv", "utf-8"), "ip_prefix": ("ip_prefixes.csv", "utf-8"), "address": ("addresses.csv", "utf-8"),
    "serving": ("servings.csv", "utf-8"), "customer": ("customers.csv", "gb18030"), "service": ("services.csv", "gb18030"),
    "line_record": ("line_records.csv", "gb18030"), "port_observation": ("port_observations.csv", "utf-8"),
}
WORKBOOKS = {
    "inside_plant": ("maintenance_unit", "site", "room", "rack", "equipment", "card"),
    "switching_power": ("switch_office", "trunk_group", "number_block", "number_state", "power_rating", "power_feed", "power_reading"),
}
SHEET_ROWS = 150_000
MAPS = {"grid": ("grids.gpkg", "EPSG:4490", "MultiPolygon"), "customer_area": ("grids.gpkg", "EPSG:4490", "MultiPolygon"),
        "structure": ("structures.gpkg", "EPSG:4546", "Point"), "section": ("structures.gpkg", "EPSG:4546", "LineString"),
        "road": ("roads.gpkg", "EPSG:4546", "LineString")}
# A fixed day in the files' own notes, so that the same seed gives the same bytes.
STAMP = datetime(2026, 1, 1)


class SurveyFolder:
    """All files of one delivery."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._tables = {layer: _Table(folder / name, layer, encoding) for layer, (name, encoding) in TABLES.items()}
        self._workbooks = [_Workbook(folder, stem, sheets) for stem, sheets in WORKBOOKS.items()]
        self._features: dict[str, int] = {}
        self.buildings = Buildings(folder)
        self.requests = Requests(folder)

    def add(self, layer: str, rows: Iterable[tuple]) -> tuple[str, int]:
        """Append rows to the layer's CSV; the file and the number of the last row (the header is row 1)."""
        table = self._tables[layer]
        table.add(rows)
        return table.path.name, table.row

    def add_sheet(self, layer: str, rows: Iterable[tuple]) -> tuple[str, str, int]:
        """Append rows to the layer's sheet; file, sheet and the number of the last row."""
        book = next(book for book in self._workbooks if layer in book.layers)
        return book.add(layer, rows)

    def add_map(self, layer: str, geometries: Iterable[shapely.Geometry], rows: list[tuple]) -> tuple[str, int]:
        """Append features to a GeoPackage layer; the file and the fid of the last feature."""
        name, crs, geometry_type = MAPS[layer]
        if rows:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
            shapes = shapely.to_wkb(np.array([*geometries], dtype=object))
            headers = [*columns(layer).values()]
            values = [_array(column) for column in zip(*worded(layer, rows), strict=True)]
            pyogrio.raw.write(
                self.folder / name, shapes, values, headers, layer=layer, driver="GPKG", geometry_type=geometry_type, crs=crs,
                append=layer in self._features, promote_to_multi=geometry_type == "MultiPolygon",
            )
        self._features[layer] = self._features.get(layer, 0) + len(rows)
        return name, self._features[layer]

    def close(self) -> None:
        """Finish every file."""
        for table in self._tables.values():
            table.close()
        for book in [*self._workbooks, self.buildings, self.requests]:
            book.close()


class _Table:
    """A CSV file with Chinese headers; those in GB18030 end their lines as Windows does."""

    def __init__(self, path: Path, layer: str, encoding: str) -> None:
        self.path = path
        self.layer = layer
        self.row = 1
        self._file = path.open("w", encoding=encoding, newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n" if encoding == "gb18030" else "\n")
        self._writer.writerow(columns(layer).values())

    def add(self, rows: Iterable[tuple]) -> None:
        rows = [*rows]
        self._writer.writerows(worded(self.layer, rows))
        self.row += len(rows)

    def close(self) -> None:
        self._file.close()


class _Workbook:
    """A workbook with a sheet for each layer; a sheet that is full goes on in the next file."""

    def __init__(self, folder: Path, stem: str, sheets: tuple[str, ...]) -> None:
        self._folder = folder
        self._stem = stem
        self.layers = sheets
        self._books: list[xlsxwriter.Workbook] = []
        self._sheets: dict[str, tuple[int, object, int]] = {}
        for layer in sheets:
            self._open_sheet(layer, 0)

    def add(self, layer: str, rows: Iterable[tuple]) -> tuple[str, str, int]:
        for row in worded(layer, [*rows]):
            book, sheet, last = self._sheets[layer]
            if last >= SHEET_ROWS:
                book, sheet, last = self._open_sheet(layer, book + 1)
            _write_row(sheet, last, row)
            self._sheets[layer] = (book, sheet, last + 1)
        book, _, last = self._sheets[layer]
        return self._name(book), layers()[layer].title_zh, last

    def close(self) -> None:
        for book in self._books:
            book.close()

    def _name(self, book: int) -> str:
        return f"{self._stem}.xlsx" if book == 0 else f"{self._stem}_{book + 1}.xlsx"

    def _open_sheet(self, layer: str, book: int) -> tuple[int, object, int]:
        while len(self._books) <= book:
            made = xlsxwriter.Workbook(self._folder / self._name(len(self._books)), {"constant_memory": True, "strings_to_formulas": False})
            made.set_properties({"created": STAMP, "comments": "Synthetic demonstration data 演示数据"})
            self._books.append(made)
        sheet = self._books[book].add_worksheet(layers()[layer].title_zh)
        _write_row(sheet, 0, tuple(columns(layer).values()))
        self._sheets[layer] = (book, sheet, 1)
        return self._sheets[layer]


def _write_row(sheet, number: int, row: tuple) -> None:
    for column, value in enumerate(row):
        if value not in ("", None):
            sheet.write(number, column, value)


def _array(column: tuple) -> np.ndarray:
    """A column for a GeoPackage: numbers stay numbers, empty text is no value."""
    if all(isinstance(value, (int, float)) for value in column):
        return np.array(column, dtype=float)
    return np.array([None if value == "" else str(value) for value in column], dtype=object)
