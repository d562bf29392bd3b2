"""Occupancy by grid as a table for people: headers and words in their language, the hour of the data in every row."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.network.dictionary import label, word_label
from app.occupancy.queries import GridOccupancy

COUNTS = ("installed", "in_use", "reserved", "releasing", "unusable", "planned")
RATIOS = ("fill", "occupancy", "effective")
# What lies in no grid is counted and named, never dropped (domain.md C19).
OUTSIDE = {"zh": "网格外", "en": "Outside every grid"}


@dataclass(frozen=True)
class Selection:
    """What a table of occupancy is about; the technology is empty where all are summed."""

    level: str
    resource: str
    technology: str


def occupancy_headers(language: str) -> list[str]:
    """The headers of the table, from the dictionary."""
    return [
        label("grid", "code", language),
        label("grid", "name_zh", language),
        *(label("grid_tally", column, language) for column in ("kind", "technology", *COUNTS)),
        word_label("report", "idle", language),
        *(f"{word_label('report', name, language)} (%)" for name in RATIOS),
        word_label("report", "data_date", language),
    ]


def occupancy_rows(rows: Sequence[GridOccupancy], selection: Selection, changed_at: datetime | None, language: str) -> list[list]:
    """The rows under those headers.

    Parameters
    ----------
    changed_at
        When the region's plant changed last, in the time zone in which it shall be told.
    """
    what = [word_label("resource", selection.resource, language), word_label("technology", selection.technology or None, language)]
    told = changed_at.isoformat(sep=" ", timespec="minutes") if changed_at else None
    return [
        [
            row.code,
            grid_name(row, language),
            *what,
            *(getattr(row, name) for name in COUNTS),
            row.idle,
            *(percent(getattr(row, f"{name}_ratio")) for name in RATIOS),
            told,
        ]
        for row in rows
    ]


def grid_name(row: GridOccupancy, language: str) -> str:
    """The grid's name in that language, or in the other where there is none."""
    if not row.grid_id:
        return OUTSIDE[language]
    first, second = (row.name_en, row.name_zh) if language == "en" else (row.name_zh, row.name_en)
    return first or second or row.code


def percent(ratio: float | None) -> float | None:
    """The ratio in percent with two places, cut and not rounded: 69.996 % must not read as 70 %, which is another band."""
    return None if ratio is None else math.floor(ratio * 10000 + 1e-6) / 100
