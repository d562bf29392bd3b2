"""Cells to typed values. One parser per column is made once; a value seen before costs one look-up in a dict."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from ipaddress import ip_network
from math import inf, isfinite

from app.network.dictionary import Word, words
from app.network.rules.codes import code_key, plain_code
from app.network.rules.ranges import parse_numbers, parse_ports
from app.survey.dates import date_column, time_column
from app.survey.degrees import degrees_of_digits, degrees_of_text
from app.survey.findings import ERROR, WARNING
from app.survey.layers import Field
from app.survey.plain_cells import Plain, plain_reader
from app.survey.problems import DAMAGED, LONGEST_CODE, LONGEST_TEXT, SIGNED, Parse, Problem, repaired
from app.survey.units import header_factor, is_degrees_header, unit_factor

_REMEMBERED = 10_000
# A spreadsheet keeps fifteen digits; a longer number has been rounded.
_EXACT_FLOAT = 1e15
_INTEGERS = {"smallint": 2**15 - 1, "bigint": 2**53}
_THOUSANDS = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+)(\.\d+)?")
_NUMBER_UNIT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\d\s.].*)")
# No cable and no section of a local network is longer: whoever says so has written metres below "km".
_FAR_KM = 1_000_000
_FORMULA_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}", re.IGNORECASE)
_DUCT_NO = re.compile(r"[Kk]0*(?=\d)")
_DUCT_FIELDS = ("nos", "parent_no", "duct_no", "subduct_no")


class Column(dict):
    """The values of a column by cell: parses a cell when it is first met.

    ``troubled`` becomes true when a cell had a problem; problems are never remembered, so each of them sets it.
    """

    def __init__(self, parse: Parse, blank: Problem | None, remember: bool, plain: Plain | None = None):
        super().__init__()
        self._parse = parse
        self._plain = plain
        self._blank = blank
        self._remember = remember
        self.troubled = False

    def __missing__(self, cell: object) -> object:
        if cell is None or cell.__class__ is str and not cell.strip():
            value = self._blank
        else:
            value = self._parse(cell)
        if value.__class__ is Problem:
            self.troubled = True
        elif self._remember:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[cell] = value
        return value

    def values_of(self, cells: Sequence[object]) -> list[object]:
        """The value of each cell, None where it is blank, a ``Problem`` where it is wrong."""
        values = self._plain(cells) if self._plain else None
        return values if values is not None else list(map(self.__getitem__, cells))


def make_column(field: Field, header: str) -> Column:
    """The parser of a file's column.

    Parameters
    ----------
    header
        As written in the file; a unit in its brackets counts.
    """
    own_code = field.name == "code"
    blank = None
    if field.required:
        blank = Problem("CODE_EMPTY" if own_code else "VALUE_REQUIRED", ERROR, "", "a value", "fill in the cell")
    # Own codes and names hardly ever come twice, so remembering them would cost memory for nothing.
    remember = not own_code and not field.name.startswith("name")
    return Column(_PARSERS[field.type](field, header), blank, remember, plain_reader(field, header))


def choice_words(field: Field) -> dict[str, Word]:
    """The words that a choice field takes, by value."""
    listed = words()[field.choices]
    return {value: listed[value] for value in field.allowed or listed}


def _text_of(cell: object) -> str | Problem:
    """The cell as text, as the user sees it."""
    kind = cell.__class__
    if kind is str:
        if cell.startswith("#") and cell.strip() in _FORMULA_ERRORS:
            return Problem("CELL_ERROR", ERROR, cell.strip(), "a value", "correct the formula, or write the value")
        if not (cell.isascii() and cell.isprintable()) and DAMAGED.search(cell):
            return Problem("VALUE_ENCODING", ERROR, ascii(cell)[:100], "readable text", "write the text again, and save the file as UTF-8")
        return cell.strip()
    if kind is float:
        if not isfinite(cell) or abs(cell) >= _EXACT_FLOAT:
            return Problem(
                "VALUE_DAMAGED",
                ERROR,
                repr(cell),
                "text",
                "the spreadsheet has rounded the number: format the column as text and write it again",
            )
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if kind in (date, datetime, time, timedelta):
        return Problem(
            "VALUE_DAMAGED", ERROR, str(cell), f"text{_perhaps(cell)}",
            "the spreadsheet has made a date of it: format the column as text and write it again",
        )  # fmt: skip
    return str(cell)


def _perhaps(cell: object) -> str:
    return f", perhaps {cell.month}-{cell.day}" if isinstance(cell, date) else ""


def _text(field: Field, header: str) -> Parse:
    is_name = field.name.startswith("name")

    def parse(cell: object) -> object:
        text = _text_of(cell)
        if text.__class__ is not str:
            return text
        if len(text) > LONGEST_TEXT:
            return Problem("VALUE_LONG", ERROR, f"{len(text)} characters", f"at most {LONGEST_TEXT}", "shorten the text")
        return text if is_name else plain_code(text)

    return parse


def _code(field: Field, header: str) -> Parse:
    shape = plain_code if field.name == "code" else code_key

    def parse(cell: object) -> object:
        text = _text_of(cell)
        if text.__class__ is not str:
            return text
        code = shape(text)
        if len(code) > LONGEST_CODE or "\n" in code or "\r" in code or "\t" in code:
            return Problem("CODE_SHAPE", ERROR, text[:100], f"one line of at most {LONGEST_CODE} characters", "correct the code")
        if _EXPONENT.fullmatch(code):
            return Problem("VALUE_DAMAGED", WARNING, code, "a code", "a spreadsheet may have shortened a long number: check the code", code)
        return code

    return parse


def _number(field: Field, header: str) -> Parse:
    unit = field.attribute.unit
    written = header_factor(header, unit)
    factor = written[1] if written else 1.0
    if unit == "degree" and is_degrees_header(header):
        return _digits_of
    checked = _number_check(field.name in SIGNED, _FAR_KM if factor == 1000 and unit == "m" else inf)

    def parse(cell: object) -> object:
        if cell.__class__ is str:
            if "_" not in cell:
                try:
                    value = float(cell)
                except ValueError:
                    pass
                else:
                    # Full-width digits are numbers to Python too, but are told like any repair.
                    return checked(value * factor) if cell.isascii() else repaired(cell, checked(value * factor))
            return repaired(cell, _mended_number(cell, unit, factor, checked))
        if cell.__class__ in (int, float):
            return checked(cell * factor)
        return _not_number(cell)

    return parse


def _number_check(signed: bool, far: float) -> Callable[[float], object]:
    def checked(value: float) -> object:
        if not isfinite(value):
            return Problem("VALUE_NUMBER", ERROR, str(value), "a number", "write the number")
        if value > far:
            found, step = f"{value / 1000:g} km", "correct the unit in the header, or the number"
            return Problem("I19", ERROR, found, "metres, or fewer kilometres", step)
        if value < 0 and not signed:
            return Problem("VALUE_BOUNDS", ERROR, f"{value:g}", "0 or more", "correct the number")
        return value

    return checked


def _digits_of(cell: object) -> object:
    value = degrees_of_digits(cell)
    if value is None and cell.__class__ is str:
        value = degrees_of_text(cell)
    if value is None:
        return Problem("VALUE_NUMBER", ERROR, str(cell)[:100], "degrees, minutes and seconds as DD.MMSS", "correct the cell")
    return value


def _mended_number(cell: str, unit: str, factor: float, checked: Callable[[float], object]) -> object:
    """The number in a text that is more than a number; a ``Problem`` where there is none."""
    text = unicodedata.normalize("NFKC", cell).strip()
    thousands = _THOUSANDS.fullmatch(text)
    if thousands:
        return checked(float(thousands[1].replace(",", "") + (thousands[2] or "")) * factor)
    if unit == "degree":
        degrees = degrees_of_text(cell)
        if degrees is not None:
            return checked(degrees)
    measured = _NUMBER_UNIT.fullmatch(text)
    own = unit_factor(measured[2], unit) if measured else None
    return _not_number(cell, unit) if own is None else checked(float(measured[1]) * own)


def _not_number(cell: object, unit: str = "", rule: str = "VALUE_NUMBER", kind: str = "a number") -> Problem:
    return Problem(rule, ERROR, str(cell)[:100], f"{kind} in {unit}" if unit else kind, "correct the cell")


def _int(field: Field, header: str) -> Parse:
    checked = _whole_check(_INTEGERS.get(field.attribute.type, 2**31 - 1))
    unit = field.attribute.unit
    is_duct = field.name in _DUCT_FIELDS
    written = header_factor(header, unit)
    factor = int(written[1]) if written else 1

    def parse(cell: object) -> object:
        if cell.__class__ is str:
            text = cell.strip()
            if text.isascii() and text.isdecimal() and len(text) < 16:
                return checked(int(text) * factor)
            return _mended_int(_DUCT_NO.sub("", text) if is_duct else text, unit, factor, checked)
        if cell.__class__ in (int, float) and isfinite(cell):
            return checked(cell * factor)
        return _not_number(cell, unit, "VALUE_INTEGER", "a whole number")

    return parse


def _whole_check(largest: int) -> Callable[[float], object]:
    def checked(value: float) -> object:
        # 322.7 times 1 000 000 is a whole number, but for the last digits of a float.
        value = round(value, 4)
        if value != int(value):
            return Problem("VALUE_INTEGER", ERROR, f"{value:g}", "a whole number", "correct the cell")
        if not 0 <= value <= largest:
            return Problem("VALUE_BOUNDS", ERROR, f"{value:g}", f"0 to {largest}", "correct the number")
        return int(value)

    return checked


def _mended_int(text: str, unit: str, factor: int, checked: Callable[[float], object]) -> object:
    plain = unicodedata.normalize("NFKC", text)
    try:
        value = float(plain)
    except ValueError:
        value = None
    if value is not None and isfinite(value) and "_" not in plain:
        known = checked(value * factor)
        return known if text.isascii() else repaired(text, known)
    value = _mended_number(text, unit, factor, checked)
    if value.__class__ is Problem and value.rule == "VALUE_NUMBER":
        return _not_number(text, unit, "VALUE_INTEGER", "a whole number")
    return repaired(text, value)


def _word_key(text: str) -> str:
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", text).casefold())


def _choice(field: Field, header: str) -> Parse:
    listed = choice_words(field)
    values: dict[str, str] = {}
    for value, word in listed.items():
        for name in (value, word.label_zh, word.label_en, *word.synonyms):
            values.setdefault(_word_key(name), value)
    allowed = ", ".join(f"{word.label_zh} {value}" for value, word in listed.items())

    @lru_cache(maxsize=1_000)
    def nearest(key: str) -> str | None:
        # A column of wrong words has few of them, many times over.
        return next(iter(get_close_matches(key[:LONGEST_CODE], values, 1, 0.5)), None)

    def parse(cell: object) -> object:
        text = _text_of(cell)
        if text.__class__ is not str:
            return text
        key = _word_key(text)
        if key in values:
            return values[key]
        near = nearest(key)
        step = f"nearest: {listed[values[near]].label_zh} {values[near]}" if near else "write one of the allowed words"
        return Problem("VALUE_CHOICE", ERROR, text[:100], allowed, step)

    return parse


def _listed(field: Field, read: Callable[[str], list], rule: str, expected: str) -> Parse:
    is_duct = field.name in _DUCT_FIELDS

    def parse(cell: object) -> object:
        text = _text_of(cell)
        if text.__class__ is not str:
            return text
        text = plain_code(text)
        try:
            values = read(_DUCT_NO.sub("", text) if is_duct else text)
        except ValueError as fault:
            return Problem(rule, ERROR, text[:100], expected, str(fault))
        if 0 in values:
            return Problem(rule, ERROR, text[:100], "numbers from 1", "numbers begin with 1")
        return values

    return parse


def _range(field: Field, header: str) -> Parse:
    return _listed(field, parse_numbers, "VALUE_RANGE", "numbers such as 1-12 or 1-6,13-18")


def _ports(field: Field, header: str) -> Parse:
    return _listed(field, parse_ports, "VALUE_PORTS", "ports such as A-01..A-12 or A-01,A-05")


def _prefix(field: Field, header: str) -> Parse:
    def parse(cell: object) -> object:
        text = _text_of(cell)
        if text.__class__ is not str:
            return text
        try:
            return str(ip_network(plain_code(text)))
        except ValueError:
            return Problem("VALUE_PREFIX", ERROR, text[:100], "a prefix such as 100.64.0.0/16, without host bits", "correct the prefix")

    return parse


_PARSERS: dict[str, Callable[[Field, str], Parse]] = {
    "code": _code,
    "text": _text,
    "number": _number,
    "int": _int,
    "date": date_column,
    "time": time_column,
    "choice": _choice,
    "range": _range,
    "ports": _ports,
    "prefix": _prefix,
}
