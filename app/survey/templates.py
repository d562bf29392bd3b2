"""Empty templates of every layer, and a small coherent example in each format."""

import csv
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy
import pyogrio
import shapely
import xlsxwriter

from app.survey.datum import STORED
from app.survey.headers import template_columns
from app.survey.layers import Field, Layer, layers
from app.survey.values import choice_words

TEMPLATE_ROWS = 10_000
_GEOMETRIES = {"point": "Point", "line": "LineString", "polygon": "MultiPolygon"}
# Where the example of each layer goes; layers that are not named go to the workbook.
_MAPS = {
    "grid": "grids.gpkg", "customer_area": "grids.gpkg", "road": "roads.gpkg", "section": "sections.gpkg", "drawn_cable": "sections.gpkg",
}  # fmt: skip
_GEOJSON = {"structure": "structures.geojson", "building": "buildings.geojson", "unmet_request": "unmet_requests.geojson"}
_TABLES = {
    "splice": "splices.csv", "termination": "terminations.csv", "patch": "patches.csv",
    "conductor_state": "conductor_states.csv", "port_state": "port_states.csv", "port_observation": "port_observations.csv",
}  # fmt: skip
_COORDINATES = ("lon", "lat", "x", "y")
# Cells of these types are written as text, so that a spreadsheet makes no dates and no rounded numbers of them.
_TEXT_TYPES = ("code", "text", "range", "ports", "prefix")
_WORDS = {
    "zh": {"required": "必填", "optional": "可不填", "also": "也可写作", "unit": "单位", "choices": "可选"},
    "en": {"required": "Required", "optional": "Optional", "also": "Also called", "unit": "Unit", "choices": "One of"},
}
_FORMS = {
    "range": {"zh": "例如 1-12 或 1-6,13-18", "en": "For example 1-12 or 1-6,13-18"},
    "ports": {"zh": "例如 A-01..A-12", "en": "For example A-01..A-12"},
    "prefix": {"zh": "例如 100.64.0.0/16", "en": "For example 100.64.0.0/16"},
    "date": {"zh": "例如 2025-03-01", "en": "For example 2025-03-01"},
    "time": {"zh": "例如 2025-03-01 14:30,未注明时区按北京时间", "en": "For example 2025-03-01 14:30, Beijing time where no zone is told"},
}


def write_templates(folder: Path, language: str) -> list[Path]:
    """Write the templates and the examples; the paths written.

    Parameters
    ----------
    folder
        Made where it is not there; files of the same names are replaced.
    language
        ``zh`` or ``en``: of headers, words and notes.
    """
    examples = folder / "examples"
    examples.mkdir(parents=True, exist_ok=True)
    written = [_write_workbook(folder / "template.xlsx", _table_layers(), {}, language)]
    written.append(_write_map(folder / "template.gpkg", [layer for layer in layers().values() if layer.geometry], {}, language))
    rows = example_rows()
    inside = [layer for layer in _table_layers() if layer.id not in _MAPS | _GEOJSON | _TABLES]
    written.append(_write_workbook(examples / "plant.xlsx", inside, rows, language))
    for name in sorted(set(_MAPS.values())):
        chosen = [layers()[layer] for layer, file in _MAPS.items() if file == name]
        written.append(_write_map(examples / name, chosen, rows, language))
    written += [_write_geojson(examples / name, layers()[layer], rows[layer], language) for layer, name in _GEOJSON.items()]
    written += [_write_csv(examples / name, layers()[layer], rows[layer], language) for layer, name in _TABLES.items()]
    return written


@cache
def example_rows() -> dict[str, list[dict]]:
    """The example by layer: rows by field, with ``geom`` as WKT in EPSG:4490 where the layer has one."""
    return json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))


def _table_layers() -> list[Layer]:
    """Layers that a table can hold; the others need a map."""
    return [layer for layer in layers().values() if not layer.needs_map]


def _columns(layer: Layer, language: str, with_coordinates: bool) -> dict[str, str]:
    headers = template_columns(layer.id, language)
    return {name: header for name, header in headers.items() if with_coordinates or name not in _COORDINATES}


def _worded(layer: Layer, row: dict, language: str) -> dict:
    """The row with its choices in the words of the language."""
    choices = {field.name: choice_words(field) for field in layer.fields if field.choices}
    return {name: choices[name][value].label(language) if name in choices else value for name, value in row.items() if name != "geom"}


def _write_workbook(path: Path, chosen: Iterable[Layer], rows: dict[str, list[dict]], language: str) -> Path:
    with xlsxwriter.Workbook(path) as book:
        formats = {"text": book.add_format({"num_format": "@"})}
        formats["required"] = book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1})
        formats["optional"] = book.add_format({"bg_color": "#E2EFDA", "border": 1})
        for layer in chosen:
            _write_sheet(book, layer, rows.get(layer.id, []), formats, language)
    return path


def _write_sheet(book: xlsxwriter.Workbook, layer: Layer, rows: list[dict], formats: dict, language: str) -> None:
    sheet = book.add_worksheet(layer.title_zh if language == "zh" else layer.title_en)
    columns = _columns(layer, language, with_coordinates=not rows)
    for position, (name, header) in enumerate(columns.items()):
        field = layer.field(name)
        sheet.write_string(0, position, header, formats["required" if field.required else "optional"])
        sheet.write_comment(0, position, field_note(field, language), {"x_scale": 2, "y_scale": 1.5})
        sheet.set_column(position, position, max(12, 2 * len(header)), formats["text"] if field.type in _TEXT_TYPES else None)
        if field.choices:
            labels = [word.label(language) for word in choice_words(field).values()]
            sheet.data_validation(1, position, TEMPLATE_ROWS, position, {"validate": "list", "source": labels})
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        worded = _worded(layer, row, language)
        for position, name in enumerate(columns):
            value = worded.get(name)
            if isinstance(value, str):
                sheet.write_string(number, position, value)
            elif value is not None:
                sheet.write_number(number, position, value)


def field_note(field: Field, language: str) -> str:
    """What a surveyor should know of a column, in ``zh`` or ``en``."""
    say, attribute = _WORDS[language], field.attribute
    lines = [f"{attribute.label_zh} · {attribute.label_en}", attribute.meaning, say["required" if field.required else "optional"]]
    if attribute.unit:
        lines.append(f"{say['unit']}: {attribute.unit}")
    if field.type in _FORMS:
        lines.append(_FORMS[field.type][language])
    if field.choices:
        lines.append(f"{say['choices']}: " + ", ".join(word.label(language) for word in choice_words(field).values()))
    if attribute.headers:
        lines.append(f"{say['also']}: " + ", ".join(attribute.headers))
    return "\n".join(lines)


def _write_map(path: Path, chosen: list[Layer], rows: dict[str, list[dict]], language: str) -> Path:
    path.unlink(missing_ok=True)
    for layer in chosen:
        columns = _columns(layer, language, with_coordinates=False)
        features = rows.get(layer.id, [])
        worded = [_worded(layer, row, language) for row in features]
        values = [_array(layer.field(name), [row.get(name) for row in worded]) for name in columns]
        shapes = shapely.to_wkb(shapely.from_wkt(numpy.array([row["geom"] for row in features], dtype=object)))
        pyogrio.raw.write(
            path, shapes, values, list(columns.values()), layer=layer.id, driver="GPKG", geometry_type=_GEOMETRIES[layer.geometry],
            crs=STORED, promote_to_multi=layer.geometry == "polygon", append=path.exists(),
        )  # fmt: skip
    return path


def _array(field: Field, values: list) -> numpy.ndarray:
    if field.type in ("number", "int"):
        return numpy.array([numpy.nan if value is None else value for value in values], dtype=float)
    return numpy.array(values, dtype=object)


def _write_geojson(path: Path, layer: Layer, rows: list[dict], language: str) -> Path:
    columns = _columns(layer, language, with_coordinates=False)
    features = []
    for row in rows:
        worded = _worded(layer, row, language)
        place = json.loads(shapely.to_geojson(shapely.from_wkt(row["geom"])))
        features.append(
            {"type": "Feature", "properties": {header: worded.get(name) for name, header in columns.items()}, "geometry": place}
        )
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _write_csv(path: Path, layer: Layer, rows: list[dict], language: str) -> Path:
    columns = _columns(layer, language, with_coordinates=False)
    # Spreadsheets take a CSV without a byte-order mark for GBK.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns.values())
        for row in rows:
            worded = _worded(layer, row, language)
            writer.writerow(["" if worded.get(name) is None else worded[name] for name in columns])
    return path
