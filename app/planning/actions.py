"""What to do so that a community can take so many lines of several products: the cheapest first, and nothing counted twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.engineering.tables import read_table
from app.network.models.grids import LEVELS
from app.network.statements import statement
from app.planning.needs import ANY, RULES, Need, NeedRule, like, needed_units
from app.planning.places import CARDS, PUT, Housing, Put, read_places
from app.planning.price_book import price

FOLDER = Path(__file__).parent
IDLE, REHOME, NEW = "use_idle", "rehome", "none"
# What can be had of plant that is there, by the column of the counts, each with its work in the price book.
EXISTING = {"releasing": ("release", "release_work"), "unusable": ("repair", "repair_work"), "reserved": ("free_reserved", "free_work")}
REHOME_WORK = "rehome_work"
# What the places of cards take.
HOUSED = ("slot", "rack_unit", "rack_w")


@dataclass(frozen=True)
class ActionKind:
    """A row of ``action_kinds.csv``: what is done where a piece of the price book is bought."""

    item: str
    action: str


KINDS: Mapping[str, str] = {row.item: row.action for row in read_table("action_kinds.csv", ActionKind, FOLDER)}


@dataclass(frozen=True)
class Action:
    """One thing to do.

    Attributes
    ----------
    kind
        ``use_idle``; ``release`` what is being given back; ``repair``; ``free_reserved`` with its owner; ``rehome`` to the next community;
        one of ``action_kinds.csv``; ``none`` where nothing in the price book gives what is missing.
    units
        Of the resource; ``pieces`` of the item are bought, or so many units worked on.
    fen
        None where the price goes by the metres of a way.
    place
        Of a card its equipment and slot, of a shelf its rack and units, of a rack its room, of a box its structure, of a rectifier module
        its frame, of a battery string its structure, of an uplink its port; what begins with + is bought with it.
    thing
        Kind and key of the equipment or structure that holds it, where it is there.
    """

    product: str
    kind: str
    resource: str
    technology: str
    grid_code: str
    grid_id: int
    units: int
    item: str | None
    pieces: int
    fen: int | None
    days: int
    place: str | None = None
    thing: tuple[str, int] | None = None


@dataclass
class Ledger:
    """What is left of each resource in each grid by its state: what one action has taken no other takes."""

    left: dict[tuple[int, str, str], dict[str, int]] = field(default_factory=dict)
    near: dict[tuple[str, str], list[list]] = field(default_factory=dict)

    def take(self, place: tuple[int, str, str], state: str, wanted: int) -> int:
        """The units that were there, at most those wanted."""
        states = self.left.setdefault(place, {})
        got = max(min(states.get(state, 0), wanted), 0)
        states[state] = states.get(state, 0) - got
        return got

    def give(self, place: tuple[int, str, str], units: int) -> None:
        """What a piece has beyond its need is idle for the next."""
        states = self.left.setdefault(place, {})
        states["idle"] = states.get("idle", 0) + units


def list_actions(session: Session, region_id: int, grid_id: int, mix: Mapping[str, int]) -> list[Action]:
    """The actions for a mix of lines by product, product by product, in the order in which one need causes the other; cards, shelves and
    racks one by one, each with its place. Statements: eight, and one for each product.
    """
    given = {"region_id": region_id, "grid": grid_id}
    counts = session.execute(text(statement("need_counts", FOLDER / "sql")), given).all()
    held = {(row.level, row.kind, row.technology): row for row in counts}
    places = {row.level: row for row in counts}
    ledger = Ledger({
        (row.id, row.kind, row.technology): {"idle": row.idle, **{state: getattr(row, state) for state in EXISTING}}
        for row in counts if row.kind
    })  # fmt: skip
    for row in session.execute(text(statement("neighbour_idle", FOLDER / "sql")), given):
        ledger.near.setdefault((row.kind, row.technology), []).append([row.id, row.code, row.idle])
    town = places.get(LEVELS["town"])
    rooms = read_places(session, region_id, town.id, grid_id) if town else None
    found: list[Action] = []
    for product, lines in mix.items():
        if not lines:
            continue
        live = dict(session.execute(text(statement("need_services", FOLDER / "sql")), {**given, "products": like(product)}).all())
        bought: dict[str, Need] = {}
        housing = Housing()
        for rule in RULES:
            if rule.product not in (product, ANY) or LEVELS[rule.level] not in places:
                continue
            level, place = LEVELS[rule.level], places[LEVELS[rule.level]]
            row = held.get((level, rule.resource, rule.technology or ""))
            needed = needed_units(rule, lines, row, live.get(level, 0), bought.get(rule.follows or ""))
            if not needed:
                continue
            if rule.resource in HOUSED and rooms:
                actions, need = _tell_housing(product, rule, housing, place)
            else:
                actions, need = _serve(ledger, product, rule, needed, place)
            if rule.item in CARDS and need.pieces and rooms:
                housing = rooms.house(rule.item, need.pieces)
                actions = _place(actions, rule.item, housing.cards)
            elif rule.item in PUT and need.pieces and rooms:
                actions = _place(actions, rule.item, rooms.put(rule.item, need.pieces))
            found += actions
            bought[rule.resource] = need
    return found


def _place(actions: Sequence[Action], item: str | None, puts: Sequence[Put]) -> list[Action]:
    """The actions with what is bought of the item piece by piece; as they were where there is no place for it."""
    return [one for action in actions for one in (_part(action, puts) if puts and action.item == item else [action])]


def _part(action: Action, puts: Sequence[Put]) -> list[Action]:
    """An action of several pieces as one for each, with its place; what the last gives beyond the need is not counted."""
    each, size = price(action.item), max(price(action.item).size, 1)
    rest = [max(min(size, action.units - size * number), 0) for number in range(len(puts))]
    return [
        replace(action, units=units, pieces=1, fen=each.fen_each, place=put.place, thing=put.thing)
        for units, put in zip(rest, puts, strict=True)
    ]


def _tell_housing(product: str, rule: NeedRule, housing: Housing, place) -> tuple[list[Action], Need]:
    """What the cards took of slots, rack units and watts, and what was bought for them, each with its place."""
    told = (rule.resource, rule.technology or "", place.code, place.id)
    taken, bought, units = {
        "slot": (len(housing.cards) - housing.in_new, housing.shelves, housing.in_new),
        "rack_unit": (housing.units, housing.racks, housing.new_units),
        "rack_w": (round(housing.watts), [], 0),
    }[rule.resource]
    actions = [Action(product, IDLE, *told, taken, None, 0, 0, 0)] if taken else []
    for number, put in enumerate(bought):
        book = price(put.item)
        share = units // len(bought) + (number < units % len(bought))
        actions.append(Action(product, KINDS[put.item], *told, share, put.item, 1, book.fen_each, book.days, put.place))
    return actions, Need(*told, taken + units, taken, units, rule.item, len(bought), None, 0)


def _serve(ledger: Ledger, product: str, rule: NeedRule, needed: int, place) -> tuple[list[Action], Need]:
    """What gives the units needed, the cheapest first; the need with what of it is new, which causes others."""
    key, actions = (place.id, rule.resource, rule.technology or ""), []
    told = (rule.resource, rule.technology or "", place.code, place.id)
    left = needed
    book = price(rule.item) if rule.item else None
    if (got := ledger.take(key, "idle", left)):
        actions.append(Action(product, IDLE, *told, got, None, 0, 0, 0))
        left -= got
    # What is worth doing costs less a unit than a new piece does.
    limit = book.fen_each / book.size if book and not book.fen_per_m else float("inf")
    for state, (kind, item) in sorted(EXISTING.items(), key=lambda pair: price(pair[1][1]).fen_each):
        work = price(item)
        if left and work.fen_each <= limit and (got := ledger.take(key, state, left)):
            actions.append(Action(product, kind, *told, got, item, got, got * work.fen_each, work.days))
            left -= got
    work = price(REHOME_WORK)
    for other in ledger.near.get(key[1:], ()) if rule.level == "community" and work.fen_each <= limit else ():
        if left and (got := min(other[2], left)) > 0:
            other[2] -= got
            actions.append(Action(product, REHOME, *told[:2], other[1], other[0], got, REHOME_WORK, got, got * work.fen_each, work.days))
            left -= got
    pieces = ceil(left / book.size) if book and left else 0
    if left and book:
        fen = None if book.fen_per_m else pieces * book.fen_each
        actions.append(Action(product, KINDS[rule.item], *told, left, rule.item, pieces, fen, book.days))
        ledger.give(key, pieces * book.size - left)
    elif left and not any(other.follows == rule.resource and other.item for other in RULES):
        # What comes with another piece, as splits of PON ports come with their card, is told there.
        actions.append(Action(product, NEW, *told, left, None, 0, 0, 0))
    return actions, Need(*told, needed, needed - left, left, rule.item, pieces, None, 0)


def sum_fen(actions: Sequence[Action]) -> int:
    """What the actions cost, without what goes by the metres of a way."""
    return sum(action.fen or 0 for action in actions)
