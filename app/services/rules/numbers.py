"""Which numbers are kept for sale: those whose digits please (``nice_numbers.csv``)."""

import csv
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent.parent / "nice_numbers.csv"


@cache
def nice_patterns() -> tuple[str, ...]:
    """Their patterns, as the database reads them."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(row["pattern"] for row in csv.DictReader(file))
