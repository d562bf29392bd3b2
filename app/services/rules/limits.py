"""Limits of use that people may edit: ``checks/limits.csv``."""

import csv
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent.parent / "checks" / "limits.csv"


@cache
def _limits() -> dict[str, int]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["name"]: int(row["value"]) for row in csv.DictReader(file)}


def limit(name: str) -> int:
    """The limit of this name, in the unit of its name."""
    return _limits()[name]
