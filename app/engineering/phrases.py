"""Phrases of answers that people read: CSV files beside the modules that say them, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.engineering.tables import read_table


@dataclass(frozen=True)
class Phrase:
    """A word or sentence; braces are filled in."""

    name: str
    zh: str
    en: str


class Phrases:
    """The phrases of a file, read when the first is said."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._folder = name, folder

    @cached_property
    def _rows(self) -> Mapping[str, Phrase]:
        return {row.name: row for row in read_table(self._name, Phrase, self._folder)}

    def say(self, name: str, language: str, **values) -> str:
        """A phrase in ``zh`` or ``en``."""
        return getattr(self._rows[name], language).format(**values)

    def say_of(self, group: str, value: str, language: str) -> str:
        """The phrase for a value of a group; the value itself where there is none."""
        name = f"{group}_{value}"
        return self.say(name, language) if name in self._rows else value
