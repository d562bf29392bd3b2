"""Simple edits of one row: names, health, ownership, and that somebody has verified it. What may be edited is data: ``editable.csv``."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Table, select, text, update
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError, StaleError
from app.network.commands.tallies import settle_tallies
from app.network.models import Cable, CableSegment, Conductor, Duct, Equipment, Port, Section, Structure
from app.network.models.states import HEALTH
from app.network.queries.as_of import Difference, rows_as_of

FILE = Path(__file__).parents[1] / "editable.csv"
VERIFIED = "verified"
TABLES: dict[str, Table] = {
    "structure": Structure.__table__, "section": Section.__table__, "cable": Cable.__table__, "segment": CableSegment.__table__,
    "equipment": Equipment.__table__, "port": Port.__table__, "conductor": Conductor.__table__, "duct": Duct.__table__,
}  # fmt: skip
# Whose counts tell of a row's health.
COUNTED_BY = {
    "port": ("equipment", "equipment_id"), "conductor": ("segment", "segment_id"), "duct": ("section", "section_id"),
    "equipment": ("equipment", "id"),
}  # fmt: skip
TEXT_LENGTH_MAX = 200


@dataclass(frozen=True)
class Edit:
    """What is to be changed on a thing, by whom, and which version of it they saw; ``verified`` stands for the day and the person."""

    kind: str
    id: int
    seen_change_id: int
    values: dict
    by: str
    at: datetime


@cache
def editable() -> dict[str, list[str]]:
    """What may be edited on each kind of thing."""
    found = defaultdict(list)
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["kind"]].append(row["column"])
    return dict(found)


def edit_thing(session: Session, region_id: int, edit: Edit) -> int:
    """The thing's new ``change_id``; the counts that tell of its health are changed with it, and the name under which it is searched for.

    Raises
    ------
    InputError
        ``EDIT_UNKNOWN`` or ``EDIT_VALUE``.
    NotFoundError
        ``THING_UNKNOWN``.
    StaleError
        ``STALE`` where somebody has changed it since; ``found`` tells who, when and what.
    """
    values = check_values(edit)
    table = TABLES[edit.kind]
    mine = (table.c.region_id == region_id, table.c.id == edit.id)
    plain = [column for column in table.columns if not column.name.startswith("geom")]
    row = session.execute(select(*plain).where(*mine).with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotFoundError("THING_UNKNOWN", "There is no such thing.", subject=f"{edit.kind} {edit.id}")
    if row["change_id"] != edit.seen_change_id:
        raise StaleError(
            "STALE", "Somebody has changed this since you read it.", subject=f"{edit.kind} {edit.id}",
            found=tell_change(session, region_id, edit, row["change_id"]), expected=str(edit.seen_change_id),
            next_step="Read it again, and decide anew.",
        )
    changed = {name: value for name, value in values.items() if row[name] != value}
    if not changed:
        return row["change_id"]
    new = session.execute(update(table).where(*mine).values(changed).returning(table.c.change_id)).scalar_one()
    if "name_zh" in changed:
        session.execute(
            text("UPDATE code_index SET name = :name WHERE region_id = :region_id AND kind = :kind AND id = :id"),
            {"name": changed["name_zh"], "region_id": region_id, "kind": edit.kind, "id": edit.id},
        )
    if "health" in changed and edit.kind in COUNTED_BY:
        owner, column = COUNTED_BY[edit.kind]
        session.execute(text("CREATE TEMPORARY TABLE edited_owner (kind text, id bigint) ON COMMIT DROP"))
        session.execute(text("INSERT INTO edited_owner VALUES (:kind, :id)"), {"kind": owner, "id": row[column]})
        settle_tallies(session, region_id, "edited_owner")
        session.execute(text("DROP TABLE pg_temp.edited_owner"))
    return new


def check_values(edit: Edit) -> dict:
    """The columns to write.

    Raises
    ------
    InputError
        ``EDIT_UNKNOWN`` or ``EDIT_VALUE``.
    """
    known = editable().get(edit.kind, [])
    unknown = sorted(set(edit.values) - set(known))
    if unknown or not edit.values:
        raise InputError(
            "EDIT_UNKNOWN", "This can't be edited here." if unknown else "There is nothing to edit.", found=", ".join(unknown) or None,
            expected=", ".join(known) or "nothing of this kind",
        )
    values = {}
    for name, value in edit.values.items():
        if name == VERIFIED:
            if value is not True:
                raise InputError("EDIT_VALUE", "The value does not fit.", subject=name, found=value, expected="true")
            values |= {"verified_at": edit.at, "verified_by": edit.by}
        elif name == "health":
            if value not in HEALTH:
                raise InputError("EDIT_VALUE", "The value does not fit.", subject=name, found=value, expected=", ".join(HEALTH))
            values[name] = value
        else:
            values[name] = check_text(name, value)
    return values


def check_text(name: str, value) -> str | None:
    """The text without spaces around it, None where nothing is left.

    Raises
    ------
    InputError
        ``EDIT_VALUE``.
    """
    if value is None:
        return None
    is_plain = isinstance(value, str) and len(value) <= TEXT_LENGTH_MAX and all(sign.isprintable() for sign in value)
    if not is_plain:
        expected = f"a line of at most {TEXT_LENGTH_MAX} characters"
        raise InputError("EDIT_VALUE", "The value does not fit.", subject=name, found=value, expected=expected)
    return value.strip() or None


def tell_change(session: Session, region_id: int, edit: Edit, change_id: int) -> dict:
    """Who changed the row last, when, and what differs from the version that the caller saw."""
    sql = text("SELECT id, version, actor, at FROM change WHERE region_id = :region_id AND id = ANY(:ids)")
    found = {row.id: row for row in session.execute(sql, {"region_id": region_id, "ids": [change_id, edit.seen_change_id]})}
    last, seen = found.get(change_id), found.get(edit.seen_change_id)
    told = {"change_id": str(change_id), "actor": last and last.actor, "at": last and last.at.isoformat(), "columns": {}}
    if seen is not None and seen.version is not None and last is not None and last.version is not None:
        old, new = (rows_as_of(session, region_id, TABLES[edit.kind], one.version, [edit.id]).get(edit.id, []) for one in (seen, last))
        told["columns"] = {name: list(pair) for name, pair in Difference(edit.id, old, new).columns.items() if name != "geom"}
    return told
