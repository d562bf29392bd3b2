"""The dictionary: what each column means and is called (``attributes.csv``), and the words of each list (``words.csv``).

Labels on pages, columns of exports and headers accepted in surveys all come from here.
"""
import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Attribute:
    """One column: ``unit`` and ``crs`` are empty where there is none; ``headers`` are the other names that surveys use."""

    table: str
    column: str
    type: str
    unit: str
    crs: str
    meaning: str
    label_zh: str
    label_en: str
    headers: tuple[str, ...]
    source: str

    def label(self, language: str) -> str:
        """The name shown to people, in ``zh`` or ``en``."""
        return self.label_zh if language == "zh" else self.label_en

    def header(self, language: str) -> str:
        """The name with its unit, as in a survey's header."""
        return f"{self.label(language)}({self.unit})" if self.unit else self.label(language)


@dataclass(frozen=True)
class Word:
    value: str
    label_zh: str
    label_en: str
    synonyms: tuple[str, ...]

    def label(self, language: str) -> str:
        """The word shown to people, in ``zh`` or ``en``."""
        return self.label_zh if language == "zh" else self.label_en


@cache
def attributes() -> dict[tuple[str, str], Attribute]:
    """Every column of the dictionary by (table, column)."""
    with (HERE / "attributes.csv").open(encoding="utf-8", newline="") as file:
        rows = [Attribute(**{**row, "headers": _split(row["headers"])}) for row in csv.DictReader(file)]
    return {(row.table, row.column): row for row in rows}


@cache
def words() -> dict[str, dict[str, Word]]:
    """Every list of words by name; each maps a value to its labels and synonyms."""
    lists: dict[str, dict[str, Word]] = {}
    with (HERE / "words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            word = Word(row["value"], row["label_zh"], row["label_en"], _split(row["synonyms"]))
            lists.setdefault(row["list"], {})[word.value] = word
    return lists


def label(table: str, column: str, language: str) -> str:
    """The label of a column; the column's own name where the dictionary has none."""
    found = attributes().get((table, column))
    return found.label(language) if found else column


def word_label(list_name: str, value: str | None, language: str) -> str:
    """The label of a word; the value itself where the list has none."""
    if value is None:
        return ""
    word = words().get(list_name, {}).get(value)
    return word.label(language) if word else value


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)
