"""Ratios and bands of occupancy. Where there is no capacity there is no ratio: None, never 0."""
import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.engineering.quantities import divide

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Ratios:
    """Fill, occupancy and effective occupancy, each 0..1 or None."""

    fill: float | None
    occupancy: float | None
    effective: float | None


@dataclass(frozen=True)
class Band:
    """A step of occupancy: its name, the ratio from which it holds, and its labels."""

    name: str
    from_ratio: float
    label_zh: str
    label_en: str


def count_ratios(installed: int, in_use: int, reserved: int, unusable: int) -> Ratios:
    """Fill U/N, occupancy (U+R)/N and effective (U+R)/(N-F); planned capacity is never part of N (C1)."""
    return Ratios(divide(in_use, installed), divide(in_use + reserved, installed), divide(in_use + reserved, installed - unusable))


def find_band(ratio: float | None, resource: str = "*") -> Band | None:
    """The band that a ratio lies in (C4); None without capacity. A limit itself belongs to the higher band."""
    if ratio is None:
        return None
    # Ratios come from divisions: the last digit of a float must not keep 80 % out of its band.
    return max((band for band in bands(resource) if ratio >= band.from_ratio - 1e-12), key=lambda band: band.from_ratio, default=None)


def is_low_efficiency(ratio: float | None, months_in_service: int) -> bool:
    """True where so little is used so long after the start that the plant stands idle (C4)."""
    row = _rows("low_efficiency.csv")[0]
    return ratio is not None and ratio <= float(row["at_most_ratio"]) + 1e-12 and months_in_service >= int(row["after_months"])


def bands(resource: str = "*") -> tuple[Band, ...]:
    """The bands of a resource, lowest first; those of ``*`` where it has none of its own."""
    rows = _rows("bands.csv")
    own = [row for row in rows if row["resource"] == resource] or [row for row in rows if row["resource"] == "*"]
    found = (Band(row["band"], float(row["from_ratio"]), row["label_zh"], row["label_en"]) for row in own)
    return tuple(sorted(found, key=lambda band: band.from_ratio))


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
