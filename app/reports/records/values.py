"""Values in the dictionary's words and the reader's language; what the reader may not see is masked here, for every page alike."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from app.access.permissions import mask
from app.engineering.quarters import SHANGHAI
from app.network.dictionary import attributes, label, word_label, words
from app.survey.layers import layers

HERE = Path(__file__).parent
# Lists of words of columns that no survey layer tells.
CHOICES = {
    ("equipment_model", "kind"): "equipment_kind",
    ("cable_segment", "medium"): "medium",
    ("port", "role"): "role",
    ("port", "port_type"): "technology",
    ("joint", "kind"): "joint_kind",
    ("power_reading", "metric"): "metric",
    ("circuit", "rate"): "technology",
    ("ring", "rate"): "technology",
    ("number", "use"): "number_use",
    ("maintenance_unit", "kind"): "unit_kind",
    ("serving", "technology"): "technology",
    ("reservation", "state"): "reservation_state",
    ("reservation", "product"): "product",
    ("work_order", "kind"): "order_kind",
    ("work_order", "state"): "order_state",
    ("work_order", "step"): "order_step",
    ("work_order", "product"): "product",
    ("work_order_step", "step"): "order_step",
    ("work_order_step", "owner_role"): "user_role",
    ("cutover_move", "state"): "move_state",
    ("project", "state"): "project_state",
}
METRIC_UNITS = {"load_a": "A", "voltage_v": "V", "energy_kwh": "kWh", "temperature_c": "°C"}
UNIT_SIGNS = {"m2": "m²"}
SURVEY_FILE = re.compile(r"[^/\\]*(?:\.\w{2,8}/[^/]*)?$")
STATES = ("life", "use", "health")


@dataclass(frozen=True)
class Reader:
    """Who reads: the page's language (``zh`` or ``en``) and the role that says what is masked."""

    language: str
    role: str


@dataclass(frozen=True)
class Cell:
    """A text, leading to a thing where ``kind`` and ``id`` name one; ``state`` is (axis, value) where it is a state."""

    text: str
    kind: str | None = None
    id: int | None = None
    state: tuple[str, str] | None = None
    is_number: bool = False


EMPTY = Cell("")


@cache
def _titles() -> dict[str, dict[str, str]]:
    with (HERE / "words.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: {"zh": row["zh"], "en": row["en"]} for row in csv.DictReader(file)}


def title(name: str, reader: Reader) -> str:
    """The heading of a part of the page."""
    return _titles()[name][reader.language]


@cache
def choices() -> dict[tuple[str, str], str]:
    """The list of words of each column that holds one word of a list."""
    told = {
        (field.attribute.table, field.attribute.column): field.choices
        for layer in layers().values()
        for field in layer.fields
        if field.choices
    }
    states = {(table, axis): axis for table, axis in attributes() if axis in STATES}
    return {**states, **told, **CHOICES}


def head_label(table: str, column: str, reader: Reader) -> str:
    """The label of a column, with its unit."""
    known = attributes().get((table, column))
    unit = unit_of(table, column, reader)
    return f"{label(table, column, reader.language)} ({unit})" if known and unit else label(table, column, reader.language)


def unit_of(table: str, column: str, reader: Reader) -> str:
    """The unit as it is written; money is told in yuan."""
    known = attributes().get((table, column))
    if known is None or known.unit in ("", "ratio"):
        return ""
    if known.unit == "fen":
        return "元" if reader.language == "zh" else "yuan"
    return UNIT_SIGNS.get(known.unit, known.unit)


def tell(table: str, column: str, value, reader: Reader) -> Cell:
    """The value as a cell: words for choices, numbers short, dates as days, personal text masked."""
    if value is None:
        return EMPTY
    value = mask(table, column, value, reader.role)
    chosen = choices().get((table, column))
    if chosen and chosen in words():
        text = word_label(chosen, str(value), reader.language)
        return Cell(text, state=(chosen, str(value))) if chosen in STATES else Cell(text)
    known = attributes().get((table, column))
    if known and known.unit == "fen":
        value = value / 100
    if column == "source_file":
        # Where the files lay on the machine that imported them is nobody's business.
        value = SURVEY_FILE.search(value)[0]
    return Cell(show(value, reader), is_number=isinstance(value, int | float) and not isinstance(value, bool))


def show(value, reader: Reader) -> str:
    """A plain value as text."""
    if isinstance(value, bool):
        return word_label("yes_no", "yes" if value else "no", reader.language)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return str(value)


def pick_name(row: dict, reader: Reader) -> str | None:
    """The name in the reader's language, or in the other where there is none."""
    first, second = ("name_en", "name_zh") if reader.language == "en" else ("name_zh", "name_en")
    return row.get(first) or row.get(second)


def kind_word(kind: str, row: dict, reader: Reader) -> str:
    """What the thing is: manhole, fibre cable's strand, ODF; its kind where it has no finer one."""
    finer = {
        "structure": ("structure_kind", row.get("kind")),
        "section": ("section_kind", row.get("kind")),
        "equipment": ("equipment_kind", row.get("model_kind")),
        "cable": ("medium", row.get("medium")),
        "circuit": ("circuit_kind", row.get("kind")),
        "grid": ("level", {1: "county", 2: "town", 3: "community"}.get(row.get("level"))),
        "switch_office": ("office_role", row.get("role")),
        "joint": ("joint_kind", row.get("kind")),
    }.get(kind)
    if kind == "conductor" and row.get("medium"):
        return title("strand" if row["medium"] == "fibre" else "pair", reader)
    if finer and finer[1]:
        return word_label(finer[0], finer[1], reader.language)
    return word_label("kind", kind, reader.language) if kind in words()["kind"] else title(kind, reader)


def source_word(source: str, reader: Reader) -> str:
    """The door through which a change came."""
    known = _titles().get(f"source_{source}")
    return known[reader.language] if known else source
