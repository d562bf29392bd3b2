"""Tables that users edit: every shipped one is read, and a broken one is told with its row and column."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.core.errors import InputError
from app.engineering import quantities
from app.engineering.tables import HERE, LIMITS, find_row, read_table


@dataclass(frozen=True)
class Wire:
    gauge_mm: float
    name: str
    strands: int | None
    is_default: bool
    source: str


HEADER = "gauge_mm,name,strands,is_default,source\n"


def write(folder: Path, *lines: str) -> Path:
    (folder / "x.csv").write_text(HEADER + "".join(line + "\n" for line in lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", sorted(HERE.glob("*.csv")), ids=lambda path: path.name)
def test_every_row_has_its_source(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert [row for row in rows if None in row or not row["source"].strip()] == []


def test_every_table_is_read_by_a_module():
    modules = "".join(path.read_text("utf-8") for path in HERE.glob("*.py"))
    assert [path.name for path in HERE.glob("*.csv") if f'"{path.name}"' not in modules] == []


def test_every_limit_is_used():
    modules = "".join(path.read_text("utf-8") for path in HERE.glob("*.py"))
    assert [name for name in LIMITS if f'LIMITS["{name}"]' not in modules] == []


def test_no_limit_stands_twice():
    with (HERE / "limits.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert len(names) == len(set(names))


def test_cells_become_values(tmp_path):
    rows = read_table("x.csv", Wire, write(tmp_path, "0.4, a ,,yes,s", "0.5,b,7,No,s"))
    assert rows == (Wire(0.4, "a", None, True, "s"), Wire(0.5, "b", 7, False, "s"))


@pytest.mark.parametrize(
    ("line", "column", "found"),
    [
        ("thin,a,,yes,s", "gauge_mm", "thin"),
        ("nan,a,,yes,s", "gauge_mm", "nan"),
        (",a,,yes,s", "gauge_mm", ""),
        ("0.4,a,1.5,yes,s", "strands", "1.5"),
        ("0.4,a,,perhaps,s", "is_default", "perhaps"),
        ("0.4,a", "is_default", ""),
    ],
)
def test_a_cell_that_does_not_fit_is_told(tmp_path, line, column, found):
    with pytest.raises(InputError) as refused:
        read_table("x.csv", Wire, write(tmp_path, "0.4,a,,yes,s", line))
    assert (refused.value.code, refused.value.subject, refused.value.found) == ("TABLE_INVALID", f"x.csv, row 3, column {column}", found)


def test_a_missing_column_is_told(tmp_path):
    (tmp_path / "x.csv").write_text("gauge_mm,name\n0.4,a\n", encoding="utf-8")
    with pytest.raises(InputError, match="column is_default is missing"):
        read_table("x.csv", Wire, tmp_path)


def test_a_row_that_is_not_there_lists_those_that_are(tmp_path):
    rows = read_table("x.csv", Wire, write(tmp_path, "0.4,a,,yes,s", "0.5,b,7,no,s"))
    assert find_row(rows, "x.csv", "WIRE_UNKNOWN", gauge_mm=0.5).name == "b"
    with pytest.raises(InputError) as refused:
        find_row(rows, "x.csv", "WIRE_UNKNOWN", gauge_mm=0.7, name="c")
    assert (refused.value.code, refused.value.found, refused.value.expected) == ("WIRE_UNKNOWN", "0.7, c", "0.4, a; 0.5, b")


@pytest.mark.parametrize("value", [-1e-9, float("nan"), float("inf")])
def test_figures_below_nothing(value):
    with pytest.raises(InputError, match="length_m cannot be"):
        quantities.not_negative(length_m=value)
    with pytest.raises(InputError, match="length_m cannot be"):
        quantities.positive(length_m=value)


def test_figures_that_can_be():
    quantities.not_negative(length_m=0)
    quantities.between(0, 1, share_ratio=1)
    with pytest.raises(InputError, match="0 cannot be|length_m cannot be 0"):
        quantities.positive(length_m=0)
    with pytest.raises(InputError, match="expected: 0 to 1"):
        quantities.between(0, 1, share_ratio=1.01)


def test_no_ratio_without_a_whole():
    assert (quantities.divide(1, 0), quantities.divide(0, 4), quantities.divide(1, 4)) == (None, 0.0, 0.25)
