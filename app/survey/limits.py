"""Distances and spans by which an import judges, read from ``limits.csv``."""
import csv
from functools import cache
from pathlib import Path


@cache
def limits() -> dict[str, float]:
    """Every limit by name, in the unit that the file gives."""
    with Path(__file__).with_name("limits.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
