"""Days and times as surveys write them."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from math import isfinite

from app.engineering.quarters import SHANGHAI
from app.survey.findings import ERROR
from app.survey.layers import Field
from app.survey.problems import Parse, Problem, repaired

_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_DATE = re.compile(_DAY + r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\S*)?")
_TIME = re.compile(_DAY + r"[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
_SERIAL_DAYS = (20_000, 60_000)
_YEARS = (1900, 2100)


def date_column(field: Field, header: str) -> Parse:
    """The parser of days; the hour of a day is left out."""

    def problem(cell: object) -> Problem:
        return Problem("VALUE_DATE", ERROR, str(cell)[:100], "a date such as 2025-03-01", "correct the cell")

    def checked(value: date, cell: object) -> object:
        return value if _YEARS[0] <= value.year <= _YEARS[1] else problem(cell)

    def parse(cell: object) -> object:
        if cell.__class__ is datetime:
            return checked(cell.date(), cell)
        if cell.__class__ is date:
            return checked(cell, cell)
        if cell.__class__ in (int, float):
            return _numeric_date(cell) or problem(cell)
        found = _DATE.fullmatch(unicodedata.normalize("NFKC", str(cell)).strip())
        if not found:
            digits = str(cell).strip()
            return (_numeric_date(int(digits)) if digits.isascii() and digits.isdecimal() and len(digits) in (5, 8) else None) or problem(
                cell
            )
        try:
            return checked(date(int(found[1]), int(found[2]), int(found[3])), cell)
        except ValueError:
            return problem(cell)

    return parse


def _numeric_date(cell: float) -> object:
    """A date written 20250301, or a spreadsheet's count of days; None where it is neither."""
    if not isfinite(cell) or cell != int(cell):
        return None
    if _SERIAL_DAYS[0] <= cell <= _SERIAL_DAYS[1]:
        return repaired(int(cell), date(1899, 12, 30) + timedelta(days=int(cell)))
    try:
        found = datetime.strptime(str(int(cell)), "%Y%m%d").date()
    except ValueError:
        return None
    return found if _YEARS[0] <= found.year <= _YEARS[1] else None


def time_column(field: Field, header: str) -> Parse:
    """The parser of moments; without a zone the time is China's."""

    def problem(cell: object) -> Problem:
        return Problem("VALUE_TIME", ERROR, str(cell)[:100], "a time such as 2025-03-01 14:30", "correct the cell")

    def parse(cell: object) -> object:
        try:
            value = cell if cell.__class__ is datetime else _moment(str(cell))
        except ValueError:
            value = None
        if value is None or not _YEARS[0] <= value.year <= _YEARS[1]:
            return problem(cell)
        return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)

    return parse


def _moment(text: str) -> datetime | None:
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        return None
    zone = datetime.strptime(found[7], "%z").tzinfo if found[7] else None
    return datetime(*(int(part or 0) for part in found.groups()[:6]), tzinfo=zone)
