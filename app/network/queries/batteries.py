"""How long the batteries of an office have to last (``battery_hours.csv``), as ampere-hours for each ampere of load."""
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.engineering.tables import read_table

FOLDER = Path(__file__).parent.parent


@dataclass(frozen=True)
class BatteryHours:
    """Hours required of the batteries of a site, and the temperature in degrees Celsius in which they stand; ``*`` is every other site."""

    site: str
    hours: float
    temperature_c: float
    source: str


@cache
def battery_needs() -> Mapping[str, list]:
    """Parameters for statements: the sites' codes in upper case, and the Ah that each ampere of load needs there (C8)."""
    rows = read_table("battery_hours.csv", BatteryHours, FOLDER)
    return {
        "battery_sites": [row.site.upper() for row in rows],
        "battery_ah_per_a": [_ah_per_a(row.hours, row.temperature_c) for row in rows],
    }


def _ah_per_a(hours: float, temperature_c: float) -> float:
    alpha = 0.006 if hours >= 10 else 0.008 if hours >= 1 else 0.01
    eta = {0.5: 0.45, 1: 0.55, 2: 0.61, 3: 0.75, 4: 0.79, 6: 0.88, 8: 0.94}.get(hours, 1.0)
    return 1.25 * hours / (eta * (1 + alpha * (temperature_c - 25)))
