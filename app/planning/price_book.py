"""The price book: what a piece of plant costs, gives and takes to deliver; ``price_book.csv``, to be edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.core.errors import InputError
from app.engineering.tables import read_table


@dataclass(frozen=True)
class Price:
    """A row of ``price_book.csv``: fen for each piece and for each metre; ``size`` is what one piece gives, in units of its resource."""

    item: str
    size: int
    fen_each: int
    fen_per_m: int
    days: int
    name_zh: str
    name_en: str
    source: str

    def name(self, language: str) -> str:
        """What the piece is called."""
        return self.name_en if language == "en" else self.name_zh


@cache
def price_book() -> Mapping[str, Price]:
    """All prices by item."""
    return {row.item: row for row in read_table("price_book.csv", Price, Path(__file__).parent)}


def price(item: str) -> Price:
    """The price of an item.

    Raises
    ------
    InputError
        ``PRICE_UNKNOWN``.
    """
    if item not in price_book():
        raise InputError("PRICE_UNKNOWN", "the price book has no such item", found=item, next_step="add a row to price_book.csv")
    return price_book()[item]
