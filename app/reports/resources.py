"""Rows of every kind of thing as programs read them: chosen fields, filters and orders by allow-list, pages by key."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Table, func, select, text, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, Boolean, Date, DateTime, Float, Integer, Numeric, SmallInteger, Text

from app.access.permissions import SEE_PERSONAL, mask, may, personal_columns
from app.core.database import KEY_MAX
from app.core.errors import NotFoundError, RequestError
from app.network.queries.as_of import rows_as_of
from app.reports.records.kinds import KINDS
from app.services.queries.areas import inside

PAGE_MAX = 200
HIDDEN = ("region_id", "code_key", "geom_3857", "geom", "is_subduct", "parent_is_subduct", "parent_level")
GEOMETRY = "geometry"
WORDS = {"true": True, "false": False}
NUMBER_LIMIT = 1e30


@dataclass(frozen=True)
class Wish:
    """A page of things: ``filters`` are (column, text), ``sort`` a column with ``-`` before it for falling, ``after`` a page's ``next``."""

    fields: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    sort: str = "id"
    after: str | None = None
    limit: int = 50
    role: str = ""
    grids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Page:
    """Things, and where the next page begins."""

    items: list[dict] = field(default_factory=list)
    next: str | None = None


def get_table(kind: str) -> Table:
    """The table of a kind of thing.

    Raises
    ------
    NotFoundError
        ``KIND_UNKNOWN``.
    """
    if kind not in KINDS:
        raise NotFoundError("KIND_UNKNOWN", "There is no such kind of thing.", found=kind, expected=", ".join(KINDS))
    return KINDS[kind].model.__table__


def known_fields(kind: str) -> list[str]:
    """What may be asked of a kind."""
    table = get_table(kind)
    names = [column.name for column in table.columns if column.name not in HIDDEN]
    return [*names, GEOMETRY] if "geom" in table.columns else names


def known_filters(kind: str, role: str) -> list[str]:
    """The columns by which a kind may be narrowed: what is personal only by people who may see it."""
    table = get_table(kind)
    hidden = {column for of, column in personal_columns() if of == table.name} if not may(role, SEE_PERSONAL) else set()
    return [name for name in known_fields(kind) if name not in (GEOMETRY, *hidden)]


def known_sorts(kind: str) -> list[str]:
    """The orders that an index gives."""
    return ["id", "-id", *(["code", "-code"] if "code_key" in get_table(kind).columns else [])]


def list_resources(session: Session, region_id: int, kind: str, wish: Wish) -> Page:
    """A page of things. One statement.

    Raises
    ------
    NotFoundError
        ``KIND_UNKNOWN``.
    RequestError
        ``FIELD_UNKNOWN``, ``FILTER_UNKNOWN``, ``FILTER_VALUE``, ``SORT_UNKNOWN`` or ``PAGE_BAD``, with what is known.
    """
    table = get_table(kind)
    names = check_fields(kind, wish.fields)
    check_known("SORT_UNKNOWN", [wish.sort], known_sorts(kind))
    order = table.c.code_key if wish.sort.lstrip("-") == "code" else table.c.id
    falling = wish.sort.startswith("-")
    asked = select(*_columns(table), order.label("sort_key")).where(table.c.region_id == region_id)
    for name, given in wish.filters:
        check_known("FILTER_UNKNOWN", [name], known_filters(kind, wish.role))
        value = _read_value(table, name, given)
        asked = asked.where(table.c[name].is_(None) if value is None else table.c[name] == value)
    if wish.grids is not None:
        condition = inside(kind, table.name)
        held = {"region_id": region_id, "grids": list(wish.grids)}
        asked = asked.where(text(f"({condition})").bindparams(**{name: value for name, value in held.items() if f":{name}" in condition}))
    if wish.after is not None:
        key = _read_cursor(wish.after, order is table.c.id)
        place = tuple_(order, table.c.id)
        asked = asked.where(place < key if falling else place > key)
    ordered = (order.desc(), table.c.id.desc()) if falling else (order, table.c.id)
    rows = session.execute(asked.order_by(*ordered).limit(wish.limit + 1)).mappings().all()
    items = [tell_row(kind, row, names, wish.role) for row in rows[: wish.limit]]
    last = rows[wish.limit - 1] if len(rows) > wish.limit else None
    return Page(items, None if last is None else _write_cursor(last["sort_key"], last["id"]))


def get_resource(session: Session, region_id: int, thing: tuple[str, int], fields: Iterable[str] = (), role: str = "") -> tuple[dict, int]:
    """One thing (kind, id), and its ``change_id``.

    Raises
    ------
    NotFoundError
        ``KIND_UNKNOWN`` or ``THING_UNKNOWN``.
    RequestError
        ``FIELD_UNKNOWN``.
    """
    kind, key = thing
    table, names = get_table(kind), check_fields(kind, fields)
    row = None
    if 0 <= key <= KEY_MAX:
        asked = select(*_columns(table)).where(table.c.region_id == region_id, table.c.id == key)
        row = session.execute(asked).mappings().one_or_none()
    if row is None:
        raise NotFoundError("THING_UNKNOWN", "There is no such thing.", subject=f"{kind} {key}")
    return tell_row(kind, row, names, role), row["change_id"]


def get_resource_as_of(session: Session, region_id: int, thing: tuple[str, int], version: int, role: str = "") -> dict:
    """One thing as it stood at a version of the region.

    Raises
    ------
    NotFoundError
        ``KIND_UNKNOWN``, or ``THING_UNKNOWN`` where it did not stand then.
    """
    kind, key = thing
    table = get_table(kind)
    rows = rows_as_of(session, region_id, table, version, [key]).get(key) if 0 <= key <= KEY_MAX else None
    if not rows:
        raise NotFoundError("THING_UNKNOWN", "There is no such thing.", subject=f"{kind} {key}")
    row = {**rows[0], GEOMETRY: rows[0].get("geom")}
    if row[GEOMETRY]:
        row[GEOMETRY] = {name: part for name, part in row[GEOMETRY].items() if name != "crs"}
    return tell_row(kind, row, known_fields(kind), role)


def check_fields(kind: str, fields: Iterable[str]) -> list[str]:
    """The fields asked for, all where none is.

    Raises
    ------
    RequestError
        ``FIELD_UNKNOWN``.
    """
    known, wanted = known_fields(kind), list(fields)
    check_known("FIELD_UNKNOWN", wanted, known)
    return ["id", *(name for name in known if name in wanted and name != "id")] if wanted else known


def check_known(code: str, wanted: Iterable[str], known: Iterable[str]) -> None:
    """Refuse names that are not on a list, and tell the list.

    Raises
    ------
    RequestError
        The code.
    """
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise RequestError(code, "This name is not known here.", found=", ".join(unknown), expected=", ".join(known))


def tell_row(kind: str, row, names: Iterable[str], role: str) -> dict:
    """A row in JSON: keys are strings, days and instants ISO 8601, what is personal masked."""
    table = get_table(kind)
    told = {"kind": kind}
    for name in names:
        value = row[name]
        if name == GEOMETRY:
            told[name] = json.loads(value) if isinstance(value, str) else value
        else:
            told[name] = mask(table.name, name, _tell(name, value), role)
    return told


def _columns(table: Table) -> list:
    found = [column for column in table.columns if column.name not in HIDDEN]
    return [*found, func.ST_AsGeoJSON(table.c.geom, 7).label(GEOMETRY)] if "geom" in table.columns else found


def _tell(name: str, value):
    if value is not None and not isinstance(value, bool) and (name == "id" or name.endswith("_id")):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _read_value(table: Table, name: str, given: str):
    """What a filter compares with; nothing given means that the column is empty."""
    kind = table.c[name].type
    if given == "":
        return None
    read = next((reader for types, reader in READERS if isinstance(kind, types)), None)
    try:
        if "\x00" in given or (read is None and not isinstance(kind, Text)):
            raise ValueError(given)
        return read(kind, given) if read else given
    except (ValueError, KeyError, OverflowError):
        raise RequestError("FILTER_VALUE", "The value does not fit.", subject=name, found=given, expected=str(kind).lower()) from None


def _read_whole(kind, given: str) -> int:
    value = int(given)
    limit = 2**15 if isinstance(kind, SmallInteger) else KEY_MAX if isinstance(kind, BigInteger) else 2**31
    if not (given.lstrip("-").isdigit() and given.isascii() and -limit < value < limit):
        raise ValueError(given)
    return value


def _read_number(_, given: str) -> float:
    value = float(given)
    if not abs(value) < NUMBER_LIMIT:
        raise ValueError(given)
    return value


READERS = (
    (Boolean, lambda _, given: WORDS[given]),
    (Integer, _read_whole),
    (Numeric | Float, _read_number),
    (DateTime, lambda _, given: datetime.fromisoformat(given)),
    (Date, lambda _, given: date.fromisoformat(given)),
)


def _write_cursor(value, key: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([value, key]).encode()).decode().rstrip("=")


def _read_cursor(given: str, is_key: bool) -> tuple:
    try:
        value, key = json.loads(base64.urlsafe_b64decode(given.encode("ascii") + b"=" * (-len(given) % 4)))
        fits = isinstance(value, int) and 0 <= value <= KEY_MAX if is_key else isinstance(value, str) and "\x00" not in value
        if fits and isinstance(key, int) and not isinstance(key, bool) and 0 <= key <= KEY_MAX:
            return value, key
    except (ValueError, TypeError, UnicodeError, binascii.Error, RecursionError):
        pass
    raise RequestError("PAGE_BAD", "This is no page.", found=given, next_step="Take what an answer gave as next.")
