"""The dictionary and the tables say the same; names are those of the field; modules and functions stay small."""

import ast
import csv
import re
from pathlib import Path

import pytest
from geoalchemy2 import Geometry
from sqlalchemy import REAL, BigInteger, Boolean, Date, DateTime, Double, Float, Integer, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import CIDR, JSONB, UUID

from app.core.journal import QuotedChar, Xid8
from app.network import dictionary
from app.survey.layers import layers
from app.tables import metadata

ROOT = Path(__file__).parent.parent
TYPES = [
    (BigInteger, "bigint"),
    (SmallInteger, "smallint"),
    (Integer, "integer"),
    (Text, "text"),
    (REAL, "real"),
    (Double, "double"),
    (Float, "double"),
    (Boolean, "boolean"),
    (DateTime, "timestamp"),
    (Date, "date"),
    (JSONB, "jsonb"),
    (UUID, "uuid"),
    (LargeBinary, "bytea"),
    (Xid8, "xid8"),
    (QuotedChar, '"char"'),
    (CIDR, "cidr"),
    (Geometry, "geometry"),
]
UNITS = {
    "m": "m",
    "m2": "m2",
    "mm": "mm",
    "km": "km",
    "db": "dB",
    "dbm": "dBm",
    "nm": "nm",
    "a": "A",
    "v": "V",
    "w": "W",
    "kw": "kW",
    "kva": "kVA",
    "kwh": "kWh",
    "fen": "fen",
    "ah": "Ah",
    "ratio": "ratio",
    "u": "U",
}
# Measures whose names need no suffix: coordinates, and what is a ratio, a length or a size by name.
UNITS_WITHOUT_SUFFIX = {
    "survey.lon",
    "survey.lat",
    "survey.x",
    "survey.y",
    "grid_share.share",
    "grid_share.metres",
    "survey_file.byte_count",
}
# Fields that a survey has and no table: ranges, raw coordinates, the ends named by code.
SURVEY = "survey"
FORBIDDEN_MODULES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
FORBIDDEN_COLUMNS = {"object", "item", "data", "info"}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60


def type_name(kind) -> str:
    return next((name for known, name in TYPES if isinstance(kind, known)), type(kind).__name__)


def suffix_unit(column: str) -> str:
    """The unit that the last part of a name promises, or an empty text."""
    return UNITS.get(column.rpartition("_")[2], "") if "_" in column else ""


def dictionary_breaches(tables: dict, rows: dict) -> list[str]:
    """Where columns and rows of the dictionary disagree, both ways."""
    columns = {(table.name, column.name): column for table in tables.values() for column in table.columns}
    described = {key: row for key, row in rows.items() if key[0] != SURVEY}
    breaches = [f"{table}.{column} is not in attributes.csv" for table, column in sorted(columns.keys() - described.keys())]
    breaches += [
        f"attributes.csv tells of {table}.{column}, which is no column" for table, column in sorted(described.keys() - columns.keys())
    ]
    for key in sorted(columns.keys() & described.keys()):
        kind, row = columns[key].type, described[key]
        if row.type != type_name(kind):
            breaches.append(f"{key[0]}.{key[1]} is {type_name(kind)}, attributes.csv says {row.type}")
        if isinstance(kind, Geometry) and row.crs != f"EPSG:{kind.srid}":
            breaches.append(f"{key[0]}.{key[1]} is EPSG:{kind.srid}, attributes.csv says {row.crs or 'nothing'}")
    return breaches


def unit_breaches(rows) -> list[str]:
    """Where a unit and the suffix of the name disagree."""
    breaches = []
    for row in rows:
        promised, name = suffix_unit(row.column), f"{row.table}.{row.column}"
        if row.unit != promised and name not in UNITS_WITHOUT_SUFFIX:
            breaches.append(f"{name}: unit {row.unit or 'none'}, the name says {promised or 'none'}")
    return breaches


def test_dictionary_and_tables_agree():
    assert dictionary_breaches(metadata.tables, dictionary.attributes()) == []


def test_dictionary_breaches_are_found():
    rows = dict(dictionary.attributes())
    del rows["structure", "code"]
    rows["structure", "colour"] = rows["structure", "name_zh"]
    rows["structure", "kind"] = rows["structure", "id"]
    rows["structure", "geom"] = rows["structure", "geom_3857"]
    assert dictionary_breaches(metadata.tables, rows) == [
        "structure.code is not in attributes.csv",
        "attributes.csv tells of structure.colour, which is no column",
        "structure.geom is EPSG:4490, attributes.csv says EPSG:3857",
        "structure.kind is text, attributes.csv says bigint",
    ]


def test_no_row_of_the_dictionary_stands_twice():
    with (ROOT / "app/network/attributes.csv").open(encoding="utf-8", newline="") as file:
        keys = [(row["table"], row["column"]) for row in csv.DictReader(file)]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_units_follow_names():
    assert unit_breaches(dictionary.attributes().values()) == []


def test_every_row_has_labels_and_meaning():
    empty = [
        key for key, row in dictionary.attributes().items() if not (row.label_zh.strip() and row.label_en.strip() and row.meaning.strip())
    ]
    assert empty == []


def test_chinese_labels_are_chinese():
    allowed = {"UUID", "ID"}
    plain = [
        key
        for key, row in dictionary.attributes().items()
        if not re.search(r"[\u4e00-\u9fff]", row.label_zh) and row.label_zh not in allowed
    ]
    assert plain == []


def test_every_word_has_labels():
    empty = [
        (name, word.value)
        for name, listed in dictionary.words().items()
        for word in listed.values()
        if not (word.label_zh and word.label_en)
    ]
    assert empty == []


def test_survey_layers_name_rows_of_the_dictionary():
    known = dictionary.attributes()
    for layer in layers().values():
        assert layer.title_zh and layer.title_en
        assert layer.table in metadata.tables
        for field in layer.fields:
            assert known[field.attribute.table, field.attribute.column] is field.attribute
            assert (field.choices in dictionary.words()) if field.type == "choice" else not field.choices, (layer.id, field.name)


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("structure", "life", "life"),
        ("port", "use", "use"),
        ("cable", "health", "health"),
        ("structure", "kind", "structure_kind"),
        ("section", "kind", "section_kind"),
        ("cable", "medium", "medium"),
        ("rack_unit", "face", "face"),
        ("maintenance_unit", "kind", "unit_kind"),
    ],
)
def test_words_are_those_that_the_table_takes(table, column, words):
    checks = [str(check.sqltext) for check in metadata.tables[table].constraints if str(check.name) == f"ck_{table}_{column}"]
    assert set(re.findall(r"'(\w+)'", checks[0])) == set(dictionary.words()[words])


def test_columns_have_names_of_the_field():
    wrong = [str(column) for table in metadata.tables.values() for column in table.columns if column.name in FORBIDDEN_COLUMNS]
    assert wrong == []


def source_files(*folders: str):
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*") if path.is_file() and is_python(path))


def is_python(path: Path) -> bool:
    if path.suffix == ".py":
        return True
    return not path.suffix and path.parent.name == "scripts" and path.read_bytes()[:64].split(b"\n")[0].endswith((b"python", b"python3"))


def name_breaches(path: Path) -> list[str]:
    words = {word for part in path.parts for word in re.split(r"[_.]", part)}
    return [f"{path}: a module named {word}" for word in sorted(words & FORBIDDEN_MODULES)]


def size_breaches(path: Path, source: str) -> list[str]:
    count = len(source.splitlines())
    breaches = [f"{path} has {count} lines"] if count > LONGEST_MODULE else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_FUNCTION:
                breaches.append(f"{path}: {node.name} has {length} lines")
    return breaches


def test_modules_have_names_of_the_field():
    files = [path.relative_to(ROOT) for path in source_files("app", "scripts", "tests")]
    assert len(files) > 40
    assert [breach for path in files for breach in name_breaches(path)] == []


def test_modules_and_functions_stay_small():
    files = [(path.relative_to(ROOT), path.read_text("utf-8")) for path in source_files("app", "scripts", "tests")]
    assert [breach for path, source in files for breach in size_breaches(path, source)] == []


def test_name_and_size_breaches_are_found():
    assert name_breaches(Path("app/network/cable_utils.py")) and name_breaches(Path("app/common/x.py"))
    assert size_breaches(Path("x.py"), "\n" * 401) == ["x.py has 401 lines"]
    assert size_breaches(Path("x.py"), "def long():\n" + "    pass\n" * 60) == ["x.py: long has 61 lines"]
    assert size_breaches(Path("x.py"), "def short():\n" + "    pass\n" * 59) == []
