"""Reading the demo files back: rows as field -> text, with the words of the files turned into values, and where structures stand."""
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import python_calamine
import shapely
from pyproj import Transformer

from app.survey.headers import template_columns

_WORDS = {
    "规划": "planned", "设计": "designed", "在建": "building", "待验收": "built", "在网": "in_service",
    "待拆": "pending_removal", "退网": "retired", "空闲": "idle", "预占": "reserved", "占用": "in_use",
    "预释放": "releasing", "完好": "ok", "劣化": "degraded", "故障": "faulty", "封锁": "blocked",
    "光缆": "fibre", "电缆": "copper", "县": "county", "乡镇": "town", "社区村": "community",
    "熔接": "splice", "直通": "through", "跳纤": "patch", "跳线": "jumper", "管道段": "duct_section",
    "杆档": "pole_span", "引上": "riser", "人井": "manhole", "手井": "handhole", "电杆": "pole",
    "建筑": "building", "街箱": "street_cabinet",
}
_WORDED = {"life", "use", "health", "medium", "level", "kind"}
_TABLES = {
    "duct": ("ducts.csv", "utf-8"), "cable": ("cables.csv", "utf-8"), "segment": ("segments.csv", "utf-8"),
    "cable_run": ("cable_runs.csv", "utf-8"),
    "splice": ("splices.csv", "gb18030"), "termination": ("terminations.csv", "gb18030"), "patch": ("patches.csv", "gb18030"),
    "port_state": ("port_states.csv", "gb18030"), "conductor_state": ("conductor_states.csv", "gb18030"),
    "equipment": ("outside_equipment.csv", "utf-8-sig"),
}
_SHEETS = {"site": "局站", "room": "机房", "rack": "机架", "equipment": "设备", "card": "板卡", "maintenance_unit": "维护单元"}


@dataclass(frozen=True)
class Grounds:
    """``community`` and ``place`` (lon, lat) by structure, ``parent`` by grid code, ``section`` -> its A structure and life."""

    community: dict[str, str]
    place: dict[str, tuple[float, float]]
    parent: dict[str, str]
    polygon: dict[str, shapely.Geometry]
    section: dict[str, tuple[str, str]]


def read_rows(folder: Path, layer: str) -> Iterator[dict[str, str]]:
    """The rows of a layer from all files that hold it; an empty cell is ``""``."""
    fields = {header: field for field, header in template_columns(layer, "zh").items()}
    if layer in _TABLES:
        name, encoding = _TABLES[layer]
        with (folder / name).open(encoding=encoding, newline="") as file:
            reader = csv.reader(file)
            headers = [fields[header] for header in next(reader)]
            for row in reader:
                yield _valued(headers, row)
    if layer in _SHEETS:
        for path in sorted(folder.glob("inside_plant*.xlsx")):
            yield from _sheet_rows(path, _SHEETS[layer], fields)


def _sheet_rows(path: Path, sheet: str, fields: dict[str, str]) -> Iterator[dict[str, str]]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    if sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        headers = [fields[header] for header in rows[0]]
        for row in rows[1:]:
            yield _valued(headers, [_text(cell) for cell in row])


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _valued(headers: list[str], row: list[str]) -> dict[str, str]:
    return {field: _WORDS.get(cell, cell) if field in _WORDED else cell for field, cell in zip(headers, row, strict=True)}


def read_grounds(folder: Path) -> Grounds:
    """Grids, structures and sections from the GeoPackages; a structure outside every community is in none."""
    grids, polygons = read_features(folder / "grids.gpkg", "grid")
    polygon = {row["code"]: shape for row, shape in zip(grids, polygons, strict=True)}
    communities = [row["code"] for row in grids if row["level"] == "community"]
    structures, points = read_features(folder / "structures.gpkg", "structure")
    spots = shapely.get_coordinates(points)
    lonlat = np.column_stack(Transformer.from_crs("EPSG:4546", "EPSG:4490", always_xy=True).transform(spots[:, 0], spots[:, 1]))
    which, found = shapely.STRtree([polygon[code] for code in communities]).query(shapely.points(lonlat), predicate="intersects")
    codes = [row["code"] for row in structures]
    sections, _ = read_features(folder / "structures.gpkg", "section")
    return Grounds(
        {codes[one]: communities[two] for one, two in zip(which.tolist(), found.tolist(), strict=True)},
        dict(zip(codes, map(tuple, lonlat.tolist()), strict=True)),
        {row["code"]: row["parent"] for row in grids},
        polygon,
        {row["code"]: (row["a_structure"], row["life"] or "in_service") for row in sections},
    )


def read_features(path: Path, layer: str) -> tuple[list[dict[str, str]], np.ndarray]:
    """Rows and geometries of a GeoPackage layer, in the order of the file."""
    fields = {header: field for field, header in template_columns(layer, "zh").items()}
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=layer)
    headers = [fields[header] for header in meta["fields"]]
    rows = [_valued(headers, ["" if cell is None else cell for cell in row]) for row in zip(*columns, strict=True)]
    return rows, shapely.from_wkb(shapes)
