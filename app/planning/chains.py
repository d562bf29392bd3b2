"""The constraint that bites first: a free port behind a full feeder is no capacity. From the answer of `list_exhaustion` alone."""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor
from pathlib import Path

from app.engineering.tables import read_table
from app.planning.exhaustion import Running


@dataclass(frozen=True)
class Link:
    """A row of ``chains.csv``: what a line of a product needs, the customer's end first."""

    product: str
    resource: str
    technology: str | None


LINKS: Sequence[Link] = read_table("chains.csv", Link, Path(__file__).parent)


@dataclass(frozen=True)
class Bound:
    """What bounds a product in a grid.

    Attributes
    ----------
    free_at_end
        Lines that the customer's end of the chain has room for.
    lines
        Lines for which every link has room; ``tightest`` is the link that has least.
    first
        The link that runs out first, and when; the same as ``tightest`` unless another grows faster. None where nothing does.
    """

    grid_code: str
    name_zh: str
    name_en: str | None
    product: str
    free_at_end: int
    lines: int
    tightest: Running
    first: Running | None
    due_on: date | None


def list_bounds(rows: Sequence[Running]) -> list[Bound]:
    """What bounds each product in each grid, what bites soonest first."""
    held: dict[str, dict[tuple[str, str], Running]] = defaultdict(dict)
    for row in rows:
        held[row.grid_code][row.resource, row.technology] = row
    found = []
    for own in held.values():
        for product in dict.fromkeys(link.product for link in LINKS):
            chain = [own[key] for link in LINKS if link.product == product and (key := (link.resource, link.technology or "")) in own]
            if len(chain) > 1:
                found.append(_bound(product, chain))
    return sorted(found, key=lambda one: (one.due_on or date.max, one.grid_code, one.product))


def _bound(product: str, chain: Sequence[Running]) -> Bound:
    tightest = min(chain, key=_room)
    first = min((row for row in chain if row.due_on), key=lambda row: row.due_on, default=None)
    told = (tightest.grid_code, tightest.name_zh, tightest.name_en, product)
    return Bound(*told, _room(chain[0]), _room(tightest), tightest, first, first and first.due_on)


def _room(row: Running) -> int:
    """The lines for which there is room, by what one holds now on average."""
    return max(floor((row.installed - row.used) / row.unit_ratio + 1e-9), 0) if row.unit_ratio else 0
