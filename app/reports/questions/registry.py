"""The saved questions and their inputs: ``registry.csv``, ``inputs.csv``; what is typed is read and bounded here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from app.core.errors import InputError, NotFoundError, RequestError
from app.engineering.tables import read_table
from app.network.dictionary import word_label
from app.reports.questions.wording import say_of

FOLDER = Path(__file__).parent
MOST_LETTERS = 3000


@dataclass(frozen=True)
class Input:
    """A row of ``inputs.csv``.

    Attributes
    ----------
    kind
        ``code``, ``codes``, ``grid``, ``point``, ``area``, ``text``, ``count``, ``number``, ``date``, or ``choice:`` and what may be
        chosen, parted by bars.
    first
        What is taken where nothing is given; empty for nothing.
    low, high
        Bounds of numbers.
    """

    question: str
    name: str
    kind: str
    is_needed: bool
    first: str | None
    low: float | None
    high: float | None
    label_zh: str
    label_en: str

    @property
    def choices(self) -> list[str]:
        """What may be chosen; empty for other kinds."""
        return self.kind.removeprefix("choice:").split("|") if self.kind.startswith("choice:") else []

    def label(self, language: str) -> str:
        """What it is called."""
        return self.label_en if language == "en" else self.label_zh

    def word(self, value: str, language: str) -> str:
        """A choice as people call it; other values as they are."""
        return _choice_word(self.name, value, language) if value in self.choices else value

    def offered(self, language: str) -> list[dict]:
        """The choices with their words."""
        return [{"value": value, "text": _choice_word(self.name, value, language)} for value in self.choices]


@dataclass(frozen=True)
class Question:
    """A row of ``registry.csv``; ``draws`` says that an area may be drawn on the map."""

    id: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str

    def title(self, language: str) -> str:
        """The question in a sentence."""
        return self.title_en if language == "en" else self.title_zh

    def about(self, language: str) -> str:
        """What the answer tells, and by which rule."""
        return self.about_en if language == "en" else self.about_zh

    @property
    def inputs(self) -> Sequence[Input]:
        """In the order in which they are asked."""
        return [row for row in _inputs() if row.question == self.id]


@cache
def questions() -> Mapping[str, Question]:
    """All saved questions by id, in order."""
    return {row.id: row for row in read_table("registry.csv", Question, FOLDER)}


@cache
def _inputs() -> Sequence[Input]:
    return read_table("inputs.csv", Input, FOLDER)


def find_question(name: str) -> Question:
    """The question of this id; q7 and Q7 are one.

    Raises
    ------
    NotFoundError
        ``QUESTION_UNKNOWN``.
    """
    found = questions().get(name.strip().upper())
    if found is None:
        raise NotFoundError("QUESTION_UNKNOWN", "There is no such question.", found=name[:20], expected=", ".join(questions()))
    return found


def read_inputs(question: Question, given: Mapping[str, str]) -> dict[str, object]:
    """The values of a question's inputs; what is not given has its first value, or is None.

    Raises
    ------
    RequestError
        ``INPUT_UNKNOWN``.
    InputError
        ``INPUT_MISSING``, ``INPUT_BAD``.
    """
    known = {row.name: row for row in question.inputs}
    for name in given:
        if name not in known:
            raise RequestError("INPUT_UNKNOWN", "the question has no such input", found=name[:60], expected=", ".join(known) or "none")
    return {name: _read(row, (given.get(name) or "").strip() or row.first) for name, row in known.items()}


def _read(row: Input, value: str | None):
    if value is None:
        if row.is_needed:
            raise InputError("INPUT_MISSING", "the question needs this input", subject=row.name, expected=row.label_en)
        return None
    try:
        found = _parse(row, value)
    except ValueError as fault:
        raise InputError("INPUT_BAD", "an input can't be read", row.name, value[:60], _expected(row)) from fault
    if isinstance(found, int | float) and not (row.low or 0) <= found <= (row.high or float("inf")):
        raise InputError("INPUT_BAD", "an input is out of bounds", row.name, value[:60], _expected(row))
    return found


def _parse(row: Input, value: str):
    if len(value) > MOST_LETTERS or "\0" in value:
        raise ValueError(value[:20])
    if row.kind in ("count", "number", "date"):
        return {"count": int, "number": float, "date": date.fromisoformat}[row.kind](value)
    if row.kind == "point":
        lon, lat = (float(part) for part in value.replace("，", ",").split(","))
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(value)
        return lon, lat
    if row.kind == "codes":
        return [part.strip() for part in value.replace("，", ",").split(",") if part.strip()]
    if row.choices and value not in row.choices:
        raise ValueError(value)
    return value


def _expected(row: Input) -> str:
    if row.choices:
        return ", ".join(row.choices)
    shapes = {"date": "a day, 2025-12-31", "point": "lon,lat", "area": "a GeoJSON polygon"}
    return shapes.get(row.kind) or f"{row.kind} from {row.low or 0:g} to {row.high or float('inf'):g}"


_LISTS = ("product", "level", "speciality", "resource")


def _choice_word(name: str, value: str, language: str) -> str:
    return word_label(name, value, language) if name in _LISTS else say_of(name, value, language)
