"""The layers that a survey may bring, read from ``layers.json``; names and headers come from the dictionary."""
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.network.dictionary import Attribute, attributes


@dataclass(frozen=True)
class Field:
    """A column of a survey layer. ``type``: code, text, int, number, date, time, choice, range, ports, prefix.

    ``choices`` names a list of words; ``allowed`` are those of its words that the field takes, all where it is empty.
    ``drawn`` is true where a drawn line tells what is required else.
    """

    name: str
    attribute: Attribute
    type: str
    required: bool
    choices: str | None
    allowed: tuple[str, ...] = ()
    drawn: bool = False

    def is_needed(self, geometry: str | None) -> bool:
        """True where a file with this kind of geometry, or none, has to have the column."""
        return self.required and not (self.drawn and geometry)


@dataclass(frozen=True)
class Layer:
    """``geometry``: point, line, polygon or None."""

    id: str
    title_zh: str
    title_en: str
    table: str
    fields: tuple[Field, ...]
    geometry: str | None
    geometry_required: bool

    @property
    def needs_map(self) -> bool:
        """True where a table cannot hold it."""
        return self.geometry_required and self.geometry != "point"

    def field(self, name: str) -> Field:
        """The field of this name."""
        return next(field for field in self.fields if field.name == name)


@cache
def layers() -> dict[str, Layer]:
    """Every layer by id, parents before children."""
    raw = json.loads(Path(__file__).with_name("layers.json").read_text(encoding="utf-8"))
    return {entry["layer"]: _layer(entry) for entry in raw}


def _layer(entry: dict) -> Layer:
    fields = tuple(_field(field) for field in entry["fields"])
    return Layer(
        entry["layer"], entry["title_zh"], entry["title_en"], entry["table"], fields, entry.get("geometry"),
        entry.get("geometry_required", False),
    )


def _field(entry: dict) -> Field:
    attribute = attributes()[tuple(entry["ref"].split(".", 1))]
    allowed = tuple(entry.get("allowed", ()))
    required, drawn = entry.get("required", False), entry.get("drawn", False)
    return Field(entry["field"], attribute, entry["type"], required, entry.get("choices"), allowed, drawn)
