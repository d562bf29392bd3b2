"""What is counted, in the order in which planners ask for it (``resources.csv``): names for commands, units, and what its ratios mean."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.engineering.tables import read_table


@dataclass(frozen=True)
class Resource:
    """One kind of tally.

    Attributes
    ----------
    resource
        The kind; its label is in the dictionary, list ``resource``.
    plural
        Its name for commands.
    speciality
        Who keeps it: pipeline, switching, transmission, data, power, space, market, or equipment of several.
    unit_zh, unit_en
        Unit of its counts, None where things are simply counted.
    ratio_zh, ratio_en
        What its ratios are called where they mean something of their own: take rate, penetration (C12).
    """

    resource: str
    plural: str
    speciality: str
    unit_zh: str | None
    unit_en: str | None
    ratio_zh: str | None
    ratio_en: str | None

    def unit(self, language: str) -> str:
        """The unit in ``zh`` or ``en``; empty where things are simply counted."""
        return (self.unit_zh if language == "zh" else self.unit_en) or ""

    def ratio_label(self, language: str) -> str:
        """What its ratios are called in ``zh`` or ``en``; empty where they are those of every resource."""
        return (self.ratio_zh if language == "zh" else self.ratio_en) or ""


@cache
def resources() -> dict[str, Resource]:
    """Every resource by kind of tally, in the order of the file."""
    return {row.resource: row for row in read_table("resources.csv", Resource, Path(__file__).parent)}
