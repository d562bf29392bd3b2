"""Tables that users edit: CSV files beside the modules that read them, one frozen dataclass per row, each row with its source."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

from app.core.errors import InputError

HERE = Path(__file__).parent
_FLAGS = {"yes": True, "no": False}
Row = TypeVar("Row")


@dataclass(frozen=True)
class Limit:
    """A single figure that users may change."""

    name: str
    value: float
    meaning: str
    source: str


def read_table(name: str, row_type: type[Row], folder: Path = HERE) -> tuple[Row, ...]:
    """The rows of a table in the order of the file; an empty cell is None where the field allows it.

    Parameters
    ----------
    name
        File name, ``copper_wires.csv``.
    row_type
        A frozen dataclass whose fields are the columns: str, int, float or bool (``yes``, ``no``), or one of these or None.

    Raises
    ------
    InputError
        ``TABLE_INVALID`` where columns are missing or a cell does not fit; it names the row and the column.
    """
    hints = get_type_hints(row_type)
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {field.name for field in fields(row_type)} - set(reader.fieldnames or ())
        if missing:
            raise _invalid(name, f"column {min(missing)} is missing", None, min(missing))
        return tuple(
            row_type(
                **{column: _cell(row[column], kind, f"{name}, row {reader.line_num}, column {column}") for column, kind in hints.items()}
            )
            for row in reader
        )


def find_row(rows: Iterable[Row], table: str, code: str, **wanted: object) -> Row:
    """The first row whose columns have these values.

    Raises
    ------
    InputError
        With this code; it lists the values that the table knows.
    """
    rows = tuple(rows)
    for row in rows:
        if all(getattr(row, column) == value for column, value in wanted.items()):
            return row
    raise InputError(
        code,
        f"{table} has no such row",
        found=", ".join(map(str, wanted.values())),
        expected="; ".join(dict.fromkeys(", ".join(str(getattr(row, column)) for column in wanted) for row in rows)),
        next_step=f"choose one of these, or add a row to {table}",
    )


def _cell(text: str | None, kind: Any, where: str) -> Any:
    text = (text or "").strip()
    options = getattr(kind, "__args__", (kind,))
    if not text and type(None) in options:
        return None
    wanted = options[0]
    try:
        value = _FLAGS[text.lower()] if wanted is bool else wanted(text)
        if wanted is float and not isfinite(value):
            raise ValueError(text)
        return value
    except (KeyError, ValueError) as fault:
        raise _invalid(where, "a cell does not fit its column", text, "yes or no" if wanted is bool else wanted.__name__) from fault


def _invalid(where: str, message: str, found: str | None, expected: str) -> InputError:
    return InputError("TABLE_INVALID", f"{where}: {message}", subject=where, found=found, expected=expected, next_step="correct the file")


LIMITS: Mapping[str, float] = MappingProxyType({row.name: row.value for row in read_table("limits.csv", Limit)})
