"""A mapping as plain data, and what a rule makes of a row."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Self

from app.core.errors import InputError
from app.survey.degrees import degrees_of_digits
from app.survey.headers import header_key
from app.survey.layers import layers

FORMS = ("dd.mmss",)
# A place in a pattern: {} the rule's own cell, {row} the row's number, {header} another cell; {row:4} is padded to four digits.
_SLOT = re.compile(r"\{([^{}:]*)(?::(\d{1,2}))?\}")
_LONGEST = 10_000
# The cells of a row by header key, and the row's number.
Row = tuple[dict[str, object], int]


@dataclass(frozen=True)
class FieldRule:
    """How a field gets its value: from a column or a constant, then split, looked up and put into a pattern, in this order.

    Attributes
    ----------
    column
        Header in the file; compared without case, spaces and units.
    constant
        The value of every row.
    unit
        Unit of the column's numbers, where its header does not say it.
    split, part
        Separator, and which part of the cell it is, counted from 1.
    lookup
        Word of the file -> word of NetGrid; other words stay as they are.
    pattern
        ``GA-{}``, ``MH-{row:4}``, ``{局站}/{编号}``.
    form
        ``dd.mmss``: degrees, minutes and seconds in the digits of a number.
    """

    column: str | None = None
    constant: str | None = None
    unit: str | None = None
    split: str | None = None
    part: int = 1
    lookup: dict[str, str] = field(default_factory=dict)
    pattern: str | None = None
    form: str | None = None


@dataclass(frozen=True)
class SheetMapping:
    """What one table holds. It fits a source of its sheet's name, or of its fingerprint, or any where neither is given."""

    layer: str
    fields: dict[str, FieldRule]
    sheet: str | None = None
    fingerprint: str | None = None
    crs: str | None = None


@dataclass(frozen=True)
class Mapping:
    """Mappings of the tables of one kind of survey, under the name by which it is saved."""

    name: str
    sheets: tuple[SheetMapping, ...]

    def as_dict(self) -> dict:
        """The mapping as JSON and YAML keep it, without what is empty."""
        return {"name": self.name, "sheets": [_without_empty(asdict(sheet)) for sheet in self.sheets]}

    @classmethod
    def from_dict(cls, told: object) -> Self:
        """The mapping that JSON or YAML tells.

        Raises
        ------
        InputError
            ``MAPPING_WRONG``, with what is wrong.
        """
        if not isinstance(told, dict) or not isinstance(told.get("sheets"), list) or not told["sheets"]:
            raise wrong(str(told)[:60], "name and sheets")
        return cls(str(told.get("name") or "mapping")[:200], tuple(map(_sheet, told["sheets"])))

    def sheet_for(self, sheet: str | None, print_: str) -> SheetMapping | None:
        """The mapping of a source, by its fingerprint, else by its sheet's name, else the one that fits any."""
        by_print = [one for one in self.sheets if one.fingerprint == print_]
        by_name = [one for one in self.sheets if one.sheet is not None and one.sheet == sheet]
        any_ = [one for one in self.sheets if one.sheet is None and one.fingerprint is None]
        return next(iter([*by_print, *by_name, *any_]), None)


def fingerprint(headers: tuple[str, ...], geometry: str | None) -> str:
    """The same for the same headers in any order, with any units, spaces and case."""
    keys = "\n".join(sorted(header_key(header) for header in headers))
    return hashlib.sha256(f"{geometry or ''}\n{keys}".encode()).hexdigest()[:16]


def make_value(rule: FieldRule) -> Callable[[Row], object]:
    """What gives the field's cell of a row."""
    own = header_key(rule.column) if rule.column is not None else None
    lookup = {_word(word): value for word, value in rule.lookup.items()}

    def value(row: Row) -> object:
        cell = rule.constant if own is None else row[0].get(own)
        if rule.split:
            parts = str(cell if cell is not None else "").split(rule.split)
            cell = parts[rule.part - 1].strip() if len(parts) >= rule.part else None
        if lookup and cell is not None:
            cell = lookup.get(_word(cell), cell)
        if rule.form == "dd.mmss" and cell not in (None, ""):
            degrees = degrees_of_digits(cell)
            cell = cell if degrees is None else degrees
        return _filled(rule.pattern, cell, row) if rule.pattern else cell

    return value


def _filled(pattern: str, cell: object, row: Row) -> str | None:
    if cell in (None, "") and "{}" in pattern:
        return None

    def slot(found: re.Match) -> str:
        name = found[1].strip()
        value = cell if not name else row[1] if name == "row" else row[0].get(header_key(name))
        text = "" if value is None else str(int(value)) if value.__class__ is float and value.is_integer() else str(value).strip()
        return text.rjust(int(found[2]), "0") if found[2] else text

    return _SLOT.sub(slot, pattern)[:_LONGEST]


def _word(value: object) -> str:
    return unicodedata.normalize("NFKC", str(value)).strip().casefold()


def _sheet(told: object) -> SheetMapping:
    if not isinstance(told, dict) or told.get("layer") not in layers():
        raise wrong(str(told.get("layer") if isinstance(told, dict) else told)[:60], "layer: one of " + ", ".join(layers()))
    known = {one.name for one in layers()[told["layer"]].fields}
    fields = told.get("fields")
    if not isinstance(fields, dict) or not fields:
        raise wrong(f"no fields of {told['layer']}", "fields: one of " + ", ".join(sorted(known)))
    for name in fields:
        if name not in known:
            raise wrong(str(name)[:60], f"fields of {told['layer']}: " + ", ".join(sorted(known)))
    texts = {name: str(told[name]) for name in ("sheet", "fingerprint", "crs") if told.get(name) is not None}
    return SheetMapping(told["layer"], {name: _rule(name, rule) for name, rule in fields.items()}, **texts)


def _rule(name: str, told: object) -> FieldRule:
    if isinstance(told, str):
        return FieldRule(column=told)
    if not isinstance(told, dict) or not told.keys() <= FieldRule.__dataclass_fields__.keys():
        raise wrong(f"{name}: {str(told)[:60]}", "rules: " + ", ".join(FieldRule.__dataclass_fields__))
    lookup, part = told.get("lookup") or {}, told.get("part", 1)
    if not isinstance(lookup, dict) or not isinstance(part, int) or part < 1 or told.get("form") not in (None, *FORMS):
        raise wrong(f"{name}: {str(told)[:60]}", f"lookup: word: word; part: 1 or more; form: {', '.join(FORMS)}")
    texts = {key: str(told[key]) for key in ("column", "constant", "unit", "split", "pattern", "form") if told.get(key) is not None}
    if not texts.keys() & {"column", "constant", "pattern"}:
        raise wrong(f"{name}: {str(told)[:60]}", "a column, a constant or a pattern")
    return FieldRule(**texts, part=part, lookup={str(word): str(value) for word, value in lookup.items()})


def wrong(found: str, expected: str) -> InputError:
    """What to raise for a mapping that says what no mapping can say."""
    return InputError("MAPPING_WRONG", "the mapping is wrong", found=found, expected=expected, next_step="correct the mapping")


def _without_empty(told: object) -> object:
    if isinstance(told, dict):
        kept = {name: _without_empty(value) for name, value in told.items()}
        return {name: value for name, value in kept.items() if value not in (None, {}, "") and (name, value) != ("part", 1)}
    return told
