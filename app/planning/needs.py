"""What so many more lines need in each speciality, what is idle for them, and what is missing (domain.md Q11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.engineering.tables import read_table
from app.network.models.grids import LEVELS
from app.network.statements import statement
from app.planning.price_book import price

FOLDER = Path(__file__).parent
ANY = "*"
BROADBAND = ("ftth", "adsl", "vdsl", "lan")


@dataclass(frozen=True)
class NeedRule:
    """A row of ``needs.csv``: what a line takes, and in a grid of which level it stands.

    Attributes
    ----------
    per_line
        Units for each line; None for as many as a line holds there now on average.
    follows, per_piece
        The resource whose missing units cause this need (whose missing pieces, where it is bought by the piece), and how many each.
    item
        What is bought where it is missing, in the price book; None for what comes with other pieces.
    """

    product: str
    resource: str
    technology: str | None
    level: str
    per_line: float | None
    follows: str | None
    per_piece: float | None
    item: str | None


@dataclass(frozen=True)
class Need:
    """What is needed of one resource: units needed, idle there, and missing; pieces to buy, their price in fen and days to deliver.

    ``fen`` is None where the price goes by the metres of a way.
    """

    resource: str
    technology: str
    grid_code: str
    grid_id: int
    needed: int
    idle: int
    missing: int
    item: str | None
    pieces: int
    fen: int | None
    days: int


RULES: Sequence[NeedRule] = read_table("needs.csv", NeedRule, FOLDER)


def list_needs(session: Session, region_id: int, grid_id: int, product: str, lines: int) -> list[Need]:
    """What so many lines of a product in a community need, in the order in which one need causes the other; two statements.

    What is idle in the grid that holds the resource counts once; what stands elsewhere does not count.
    """
    given = {"region_id": region_id, "grid": grid_id}
    counts = session.execute(text(statement("need_counts", FOLDER / "sql")), given).all()
    live = {
        level: n for level, n in session.execute(text(statement("need_services", FOLDER / "sql")), {**given, "products": like(product)})
    }
    held = {(row.level, row.kind, row.technology): row for row in counts}
    places = {row.level: row for row in counts}
    found: dict[str, Need] = {}
    for rule in RULES:
        if rule.product not in (product, ANY) or LEVELS[rule.level] not in places:
            continue
        row = held.get((LEVELS[rule.level], rule.resource, rule.technology or ""))
        cause = found.get(rule.follows or "")
        needed = needed_units(rule, lines, row, live.get(LEVELS[rule.level], 0), cause)
        if needed:
            found[rule.resource] = _make(rule, needed, row.idle if row else 0, places[LEVELS[rule.level]])
    return list(found.values())


def needed_units(rule: NeedRule, lines: int, row, live: int, cause: Need | None) -> int:
    """The units of a rule's resource that so many lines need, or that the need which causes it needs."""
    if rule.follows:
        count = 0 if cause is None else (cause.pieces if cause.item else cause.missing)
        return ceil(count * (rule.per_piece or 0))
    if rule.per_line is not None:
        return ceil(lines * rule.per_line)
    return ceil(lines * row.in_use / live) if row and live else 0


def _make(rule: NeedRule, needed: int, idle: int, place) -> Need:
    missing = max(needed - idle, 0)
    told = (rule.resource, rule.technology or "", place.code, place.id, needed, idle, missing, rule.item)
    if rule.item is None or not missing:
        return Need(*told, 0, 0, 0)
    book = price(rule.item)
    pieces = ceil(missing / book.size)
    return Need(*told, pieces, None if book.fen_per_m else pieces * book.fen_each, book.days)


def like(product: str) -> list[str]:
    """The products whose services take what a line of this one takes."""
    return list(BROADBAND) if product in BROADBAND else [product]
