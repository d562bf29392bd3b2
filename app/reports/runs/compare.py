"""Two answers to one question held against one another, row by row. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import RuleError

# Columns of these kinds say which thing a row tells of; the others say what is so of it.
NAMING = ("code", "text", "list")
NUMBERS = ("count", "number", "ratio", "wan", "yuan")
CAME, GONE, CHANGED = "came", "gone", "changed"


@dataclass(frozen=True)
class Difference:
    """One row that came or went, or one value of a row that changed.

    Attributes
    ----------
    row
        What the row tells of: its codes, names and words.
    column
        The column's label; empty for a whole row.
    by
        After less before, where both are numbers.
    """

    what: str
    row: str
    column: str
    before: object
    after: object
    by: float | None


@dataclass(frozen=True)
class TableDifference:
    """What differs in one table; ``same`` rows are alike in all."""

    name: str
    title: str
    same: int
    differences: Sequence[Difference]


def compare_answers(before: dict, after: dict) -> list[TableDifference]:
    """What differs, table by table, in the order of the later answer; rows that came or went stand last.

    Raises
    ------
    RuleError
        ``RUNS_DIFFER`` where they answer different questions, or in different languages.
    """
    if (before["question"], before["language"]) != (after["question"], after["language"]):
        told = "Only answers to one question in one language can be compared."
        raise RuleError(
            "RUNS_DIFFER", told, found=f"{before['question']} {before['language']}, {after['question']} {after['language']}",
            next_step="Choose two runs of one question.",
        )  # fmt: skip
    old = {table["name"]: table for table in before["tables"]}
    new = {table["name"]: table for table in after["tables"]}
    empty = {"rows": [], "columns": []}
    names = list(dict.fromkeys([*new, *old]))
    return [_compare_tables(name, old.get(name, empty), new.get(name, empty)) for name in names]


def _compare_tables(name: str, before: dict, after: dict) -> TableDifference:
    old, new = _rows(before), _rows(after)
    labels = {column["name"]: (column["label"], column["kind"]) for column in [*before["columns"], *after["columns"]]}
    changed, same = [], 0
    for key, values in new.items():
        if key not in old:
            continue
        found = [
            Difference(CHANGED, _told(key), labels[column][0], was, value, _by(labels[column][1], was, value))
            for column, value in values.items()
            if (was := old[key].get(column)) != value
        ]
        changed += found
        same += not found
    came = [Difference(CAME, _told(key), "", None, None, None) for key in new if key not in old]
    gone = [Difference(GONE, _told(key), "", None, None, None) for key in old if key not in new]
    return TableDifference(name, (after or before).get("title") or before.get("title", name), same, [*changed, *came, *gone])


def _rows(table: dict) -> dict[tuple, dict]:
    """Values by what the row tells of; rows that tell of the same are numbered in their order."""
    naming = [place for place, column in enumerate(table["columns"]) if column["kind"].split(":")[0] in NAMING]
    others = [(place, column["name"]) for place, column in enumerate(table["columns"]) if place not in naming]
    found, seen = {}, Counter()
    for row in table["rows"]:
        key = tuple(row[place] for place in naming)
        seen[key] += 1
        found[(*key, seen[key])] = {name: row[place] for place, name in others}
    return found


def _told(key: tuple) -> str:
    *parts, number = key
    told = " · ".join(str(part) for part in parts if part not in (None, ""))
    return told if number == 1 and told else f"{told} #{number}".strip()


def _by(kind: str, before, after) -> float | None:
    is_number = kind in NUMBERS and all(isinstance(value, int | float) for value in (before, after))
    return round(after - before, 4) if is_number else None
