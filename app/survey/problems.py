"""What is wrong with a cell, and what a repair of one tells."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.survey.findings import WARNING

LONGEST_CODE = 200
LONGEST_TEXT = 10_000
# Numbers that may be below zero.
SIGNED = ("lon", "lat", "x", "y")
# Replacement characters, their bytes misread as GBK, control characters and halves of surrogate pairs.
DAMAGED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]|锟斤拷|锟斤|斤拷")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell; ``value`` is what a warning puts in its place."""

    rule: str
    severity: str
    found: str
    expected: str | None = None
    next_step: str | None = None
    value: object = None


Parse = Callable[[object], object]


def repaired(cell: object, value: object) -> object:
    """The warning that tells how a cell was read, or the value itself where it is wrong."""
    if value.__class__ is Problem:
        return value
    shown = f"{value:.10g}" if value.__class__ is float else str(value)
    return Problem("VALUE_REPAIRED", WARNING, str(cell)[:100], shown, f"read as {shown}; correct the cell if that is wrong", value)
