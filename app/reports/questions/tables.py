"""The form of an answer: tables of named columns, each row with its record, and sentences; labels stand in ``columns.csv``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from app.engineering.tables import read_table
from app.network.dictionary import word_label, words
from app.reports.questions.registry import FOLDER, Input, Question
from app.reports.questions.wording import say, say_of

Thing = tuple[str, int]
# Where words are looked for that a list has not: a kind may be one of structures, sections or equipment.
OTHER_LISTS = {"kind": ("section_kind", "structure_kind", "equipment_kind", "speciality"), "technology": ("equipment_kind",)}


@dataclass(frozen=True)
class Column:
    """A row of ``columns.csv``.

    Attributes
    ----------
    kind
        ``text``, ``code``, ``count``, ``number``, ``ratio`` (0 to 1, told in %), ``wan`` and ``yuan`` (fen, told in 万元 and yuan),
        ``date``, ``flag``, ``list:`` and a list of the dictionary, ``word:`` and the beginning of names in ``words.csv``.
    """

    name: str
    kind: str
    label_zh: str
    label_en: str

    def label(self, language: str) -> str:
        """The head of the column."""
        return self.label_en if language == "en" else self.label_zh


@dataclass(frozen=True)
class Table:
    """One table of an answer.

    Attributes
    ----------
    name
        In ``words.csv``.
    columns
        Names in ``columns.csv``.
    things
        The record behind each row, by kind and key; None where there is none.
    chart
        The columns that are compared as bars, by the first column that is text.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence]
    things: Sequence[Thing | None] = ()
    chart: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """What a question was answered: first the answer, then the records behind it.

    Attributes
    ----------
    notes
        Sentences with values.
    drawn
        GeoJSON of what is not in the network, by kind:key of the rows' things; such kinds begin with ``new_``.
    """

    tables: Sequence[Table]
    notes: Sequence[tuple[str, Mapping[str, object]]] = ()
    drawn: Mapping[str, dict] = field(default_factory=dict)


@cache
def columns() -> Mapping[str, Column]:
    """The columns by name."""
    return {row.name: row for row in read_table("columns.csv", Column, FOLDER)}


def tell_value(kind: str, value, language: str):
    """A value as a table tells it: numbers stay numbers, days and words become text."""
    if value is None:
        return None
    if kind == "ratio":
        return round(100 * value, 2)
    if kind in ("wan", "yuan"):
        return round(value / (1_000_000 if kind == "wan" else 100), 4)
    if kind == "number":
        return round(float(value), 2)
    if kind == "flag":
        return say("yes" if value else "no", language)
    if kind.startswith(("list:", "word:")):
        return " ".join(_label(*kind.split(":"), part, language) for part in str(value).split("|"))
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def _label(kind: str, name: str, value: str, language: str) -> str:
    if kind == "word":
        return say_of(name, value, language)
    found = next((one for one in (name, *OTHER_LISTS.get(name, ())) if value in words()[one]), None)
    return word_label(found, value, language) if found else value


def tell_table(table: Table, language: str) -> tuple[list[str], list[list]]:
    """Headers and rows as commands, files and pages show them."""
    told = [columns()[name] for name in table.columns]
    rows = [[tell_value(column.kind, value, language) for column, value in zip(told, row, strict=True)] for row in table.rows]
    return [column.label(language) for column in told], rows


def tell_answer(question: Question, inputs: Mapping[str, object], answer: Answer, language: str) -> dict:
    """The answer as JSON: titles, columns with their kinds, rows, and the record behind each row."""
    return {
        "question": question.id, "language": language, "title": question.title(language), "about": question.about(language),
        "inputs": {name: _plain(value) for name, value in inputs.items()},
        "asked": [[row.label(language), _cell(row, inputs, language)] for row in question.inputs],
        "notes": tell_notes(answer, language),
        "tables": [_plain_table(table, language) for table in answer.tables],
    }  # fmt: skip


def list_things(answer: Answer) -> list[Thing]:
    """The records behind the rows of all tables, in order."""
    return [thing for table in answer.tables for thing in table.things if thing]


def tell_dates(version: int | None, day: date | None, product: str | None, language: str) -> list[list[str]]:
    """What an answer rests on: day and version of the data, and the product that answered."""
    told = [("of_data", day and day.isoformat()), ("of_version", version), ("of_product", product)]
    return [[say(name, language), str(value)] for name, value in told if value is not None]


def tell_notes(answer: Answer, language: str) -> list[str]:
    """The sentences of an answer."""
    return [say(name, language, **values) for name, values in answer.notes]


def _plain_table(table: Table, language: str) -> dict:
    headers, rows = tell_table(table, language)
    kinds = [columns()[name].kind for name in table.columns]
    told = [{"name": name, "label": label, "kind": kind} for name, label, kind in zip(table.columns, headers, kinds, strict=True)]
    things = [thing and {"kind": thing[0], "id": str(thing[1])} for thing in table.things]
    return {
        "name": table.name,
        "title": say(table.name, language),
        "columns": told,
        "rows": rows,
        "things": things,
        "chart": list(table.chart),
    }


def build_sheets(told: Mapping, dated: Sequence[Sequence] = ()) -> list[tuple[str, list[str], list[list]]]:
    """An answer as `tell_answer` tells it as sheets of a workbook: its tables, then what was asked, with the sentences.

    Parameters
    ----------
    dated
        Labels and values of what the answer rests on: day and version of the data.
    """
    sheets = [
        (f"{place} {table['title']}", [column["label"] for column in table["columns"]], table["rows"])
        for place, table in enumerate(told["tables"], start=1)
    ]
    asked = [[told["question"], told["title"]], *told["asked"], *dated, *([None, note] for note in told["notes"])]
    return [*sheets, (say("asked", told["language"]), ["", ""], asked)]


def _cell(row: Input, inputs: Mapping[str, object], language: str):
    value = _plain(inputs[row.name])
    return ", ".join(map(str, value)) if isinstance(value, list) else row.word(value, language) if isinstance(value, str) else value


def _plain(value):
    if isinstance(value, tuple):
        return ",".join(f"{part:g}" if isinstance(part, float) else str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else value
