"""Titles, sentences and words of the questions: ``words.csv``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.engineering.tables import read_table


@dataclass(frozen=True)
class QuestionWord:
    """A row of ``words.csv``; braces are filled in."""

    name: str
    zh: str
    en: str


@cache
def _words() -> Mapping[str, QuestionWord]:
    return {row.name: row for row in read_table("words.csv", QuestionWord, Path(__file__).parent)}


def say(name: str, language: str, **values) -> str:
    """A title or sentence in ``zh`` or ``en``."""
    return getattr(_words()[name], language).format(**values)


def say_of(group: str, value: str, language: str) -> str:
    """The word for a value of a group; the value itself where there is none."""
    return say(f"{group}_{value}", language) if f"{group}_{value}" in _words() else value
