"""What a measurement tells, and how it is shown."""
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line: ``aim`` is the bound that the value should stay under, or None."""

    name: str
    value: float
    unit: str
    aim: float | None = None

    @property
    def is_met(self) -> bool:
        return self.aim is None or self.value < self.aim


def median(values) -> float:
    return statistics.median(values)


def table_text(results: dict[str, list[Result]]) -> str:
    """A table for people, one block for each measurement."""
    lines = []
    for measurement, rows in results.items():
        lines.append(measurement)
        for row in rows:
            aim = "" if row.aim is None else f"  aim < {row.aim:g} {row.unit}: {'met' if row.is_met else 'MISSED'}"
            lines.append(f"  {row.name:<58} {row.value:>14,.3f} {row.unit:<6}{aim}")
    return "\n".join(lines)
