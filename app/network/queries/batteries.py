"""How long the batteries of an office have to last (``battery_hours.csv``), as ampere-hours for each ampere of load."""
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.engineering.power import battery_ah
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
        "battery_ah_per_a": [battery_ah(1.0, row.hours, row.temperature_c) for row in rows],
    }



def required_hours(site_key: str | None) -> tuple[float, float]:
    """The hours required of the batteries of a site, by its code in upper case, and the degrees Celsius in which they stand."""
    rows = read_table("battery_hours.csv", BatteryHours, FOLDER)
    row = max((row for row in rows if row.site == "*" or row.site.upper() == site_key), key=lambda row: row.site != "*")
    return row.hours, row.temperature_c
