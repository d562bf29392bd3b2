"""Reading the demo files back: rows as field -> text, with the words of the files turned into values, and where structures stand."""
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyogrio
import python_calamine
import shapely
from pyproj import Transformer

from app.network.dictionary import words
from app.survey.headers import template_columns
from app.survey.layers import layers

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
_TABLES |= {layer: (f"{layer}s.csv", "utf-8") for layer in ("circuit", "circuit_carrier", "ring", "ring_member", "vlan", "serving")}
_TABLES |= {layer: (f"{layer}s.csv", "gb18030") for layer in ("customer", "service", "line_record")}
_TABLES |= {
    "address": ("addresses.csv", "utf-8"), "ip_prefix": ("ip_prefixes.csv", "utf-8"),
    "port_observation": ("port_observations.csv", "utf-8"),
}
_USE_SHEETS = {
    "switch_office": "交换局", "trunk_group": "中继群", "number_block": "号段", "number_state": "号码状态", "power_rating": "电源容量",
    "power_feed": "供电回路", "power_reading": "电源读数",
}
_SHEETS = {"site": "局站", "room": "机房", "rack": "机架", "equipment": "设备", "card": "板卡", "maintenance_unit": "维护单元"}
_PLANT = {"duct", "cable", "segment", "cable_run", "splice", "termination", "patch", "port_state", "conductor_state", *_SHEETS}


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
                yield _valued(headers, row, layer)
    for sheets, files in ((_SHEETS, "inside_plant*.xlsx"), (_USE_SHEETS, "switching_power*.xlsx")):
        if layer in sheets:
            for path in sorted(folder.glob(files)):
                yield from _sheet_rows(path, sheets[layer], fields, layer)


def _sheet_rows(path: Path, sheet: str, fields: dict[str, str], layer: str) -> Iterator[dict[str, str]]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    if sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        headers = [fields[header] for header in rows[0]]
        for row in rows[1:]:
            yield _valued(headers, [_text(cell) for cell in row], layer)


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _valued(headers: list[str], row: list[str], layer: str = "") -> dict[str, str]:
    if layer in _PLANT or not layer:
        return {field: _WORDS.get(cell, cell) if field in _WORDED else cell for field, cell in zip(headers, row, strict=True)}
    known = _choices(layer)
    return {field: known[field].get(cell, cell) if field in known else cell for field, cell in zip(headers, row, strict=True)}


@cache
def _choices(layer: str) -> dict[str, dict[str, str]]:
    """Field -> word of the files -> value, for the layers of use."""
    return {
        field.name: {word.label_zh: word.value for word in words()[field.choices].values()}
        for field in layers()[layer].fields if field.choices
    }


def read_buildings(folder: Path) -> tuple[list[dict[str, str]], np.ndarray]:
    """Rows and places (lon, lat) of the buildings."""
    fields = {header: field for field, header in template_columns("building", "zh").items()}
    meta, _, shapes, columns = pyogrio.raw.read(f"/vsizip/{folder / 'buildings.zip'}/buildings.shp", encoding="GBK")
    headers = [fields[header] for header in meta["fields"]]
    return [dict(zip(headers, row, strict=True)) for row in zip(*columns, strict=True)], shapely.get_coordinates(shapely.from_wkb(shapes))


def read_requests(folder: Path) -> list[tuple[dict[str, str], tuple[float, float]]]:
    """Waiting requests with their places as the file has them, in GCJ-02."""
    fields = {header: field for field, header in template_columns("unmet_request", "zh").items()}
    features = json.loads((folder / "unmet_requests.geojson").read_text(encoding="utf-8"))["features"]
    known = _choices("unmet_request")
    found = []
    for one in features:
        facts = {fields[header]: cell for header, cell in one["properties"].items()}
        row = {field: known[field].get(cell, cell) if field in known else cell for field, cell in facts.items()}
        found.append((row, tuple(one["geometry"]["coordinates"])))
    return found


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
