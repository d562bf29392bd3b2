"""Words of the answers that no dictionary has: ``words.csv``."""
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.engineering.tables import read_table


@dataclass(frozen=True)
class AnswerWord:
    """A word or sentence; braces are filled in."""

    name: str
    zh: str
    en: str


@cache
def _words() -> Mapping[str, AnswerWord]:
    return {row.name: row for row in read_table("words.csv", AnswerWord, Path(__file__).parent)}


def say(name: str, language: str, **values) -> str:
    """A word or sentence in ``zh`` or ``en``."""
    return getattr(_words()[name], language).format(**values)
