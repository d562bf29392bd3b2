"""Cells that need no mending, read a whole column at a time: nearly all of a clean survey, and many times as fast as one by one."""

from collections.abc import Callable, Sequence
from math import isfinite

from app.survey.layers import Field
from app.survey.problems import DAMAGED, LONGEST_CODE, LONGEST_TEXT, SIGNED
from app.survey.units import header_factor, is_degrees_header

# The values of cells, or None where one of them wants a closer look.
Plain = Callable[[Sequence[object]], list | None]


def plain_reader(field: Field, header: str) -> Plain | None:
    """What reads plain cells of a field whose values hardly ever come twice; None for other fields."""
    if field.name == "code" and field.type == "code":
        return _codes
    if field.name.startswith("name") and field.type == "text":
        return _names
    is_as_stored = header_factor(header, field.attribute.unit) is None and not is_degrees_header(header)
    return _coordinates if field.name in SIGNED and field.type == "number" and is_as_stored else None


def _codes(cells: Sequence[object]) -> list | None:
    """Codes of ASCII without spaces, none of them empty or with an exponent."""
    try:
        joined = ",".join(cells)
    except TypeError:
        return None
    plain = joined.isascii() and joined.isprintable() and not any(mark in joined for mark in (" ", "#", "E+", "e+"))
    return list(cells) if plain and 0 < min(map(len, cells)) and max(map(len, cells)) <= LONGEST_CODE else None


def _names(cells: Sequence[object]) -> list | None:
    """Names without damage, none of them empty."""
    try:
        joined = ",".join(cells)
    except TypeError:
        return None
    if "#" in joined or max(map(len, cells)) > LONGEST_TEXT or DAMAGED.search(joined):
        return None
    names = [cell.strip() for cell in cells]
    return names if all(names) else None


def _coordinates(cells: Sequence[object]) -> list | None:
    """Numbers written with ASCII digits, none of them missing or without end."""
    try:
        joined = ",".join(cells)
        values = list(map(float, cells)) if joined.isascii() and "_" not in joined else None
    except (TypeError, ValueError):
        return None
    return values if values is not None and isfinite(sum(values)) else None
