"""Lists of a page: rows of cells under headers."""

from __future__ import annotations

from dataclasses import dataclass

from app.reports.records.values import Cell


@dataclass(frozen=True)
class Table:
    """A list of the page; ``next_key`` leads to its next page, None on the last."""

    name: str
    title: str
    headers: list[str]
    rows: list[list[Cell]]
    total: int
    next_key: int | None = None
    is_later: bool = False
