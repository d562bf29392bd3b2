"""What every question has at hand: the session, the region, what was asked, and in which language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.network.dictionary import word_label

_SQL = Path(__file__).parent / "sql"


@cache
def _statement(name: str):
    return text((_SQL / f"{name}.sql").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Asker:
    """Who asks: ``values`` are the inputs, ``role`` says what is personal to them."""

    session: Session
    region_id: int
    values: Mapping[str, Any]
    language: str
    role: str = "viewer"

    def rows(self, name: str, **more) -> Sequence:
        """The rows of ``sql/<name>.sql``; the inputs are bound by their names."""
        return self.session.execute(_statement(name), {**self.values, **more, "region_id": self.region_id}).all()

    def name(self, row) -> str | None:
        """The row's name in the reader's language."""
        return (row.name_en if self.language == "en" else None) or row.name_zh

    def word(self, name: str, value: str) -> str:
        """A word of one of the dictionary's lists."""
        return word_label(name, value, self.language)


class Grids:
    """The grids of a region; one statement.

    Raises
    ------
    NotFoundError
        ``GRID_UNKNOWN`` where the question names a grid that is none.
    """

    def __init__(self, asker: Asker) -> None:
        self.rows = {row.id: row for row in asker.rows("grids")}
        self.asker = asker
        code = asker.values.get("grid")
        self.asked = None if code is None else self.find(code)

    def find(self, code: str):
        """The grid of this code."""
        found = next((row for row in self.rows.values() if row.code == code.strip().upper()), None)
        if found is None:
            raise NotFoundError("GRID_UNKNOWN", f"there is no grid {code}", found=code, next_step="choose one on the map")
        return found

    def upper(self, grid_id: int | None, level: int):
        """The grid of a level around a grid; None outside every grid."""
        row = self.rows.get(grid_id)
        while row is not None and row.level > level:
            row = self.rows.get(row.parent_id)
        return row if row is not None and row.level == level else None

    def holds(self, grid_id: int | None) -> bool:
        """Whether a grid lies in the one that is asked about; all do where none is."""
        return self.asked is None or self.upper(grid_id, self.asked.level) is self.asked

    def name(self, row) -> str:
        """The grid's name in the reader's language."""
        return self.asker.name(row) if row is not None else ""


def spots_of(rows: Sequence) -> numpy.ndarray:
    """Lon and lat of rows, one row each."""
    return numpy.array([(row.lon, row.lat) for row in rows], dtype=float).reshape(len(rows), 2)
