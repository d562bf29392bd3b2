"""What has changed on a thing, from the journal: who, when, through which door, and which values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.network.dictionary import label
from app.reports.records.statements import statement
from app.reports.records.values import Reader, tell

ROWS_MAX = 20
HIDDEN = {"region_id", "id", "change_id", "code_key", "geom_3857"}


@dataclass(frozen=True)
class Change:
    """One change; ``values`` are (label, before, after), empty for the first, which brought the row."""

    at: datetime
    actor: str
    source: str
    batch_id: int | None
    is_first: bool
    values: list[tuple[str, str, str]]


def list_changes(session: Session, region_id: int, table: str, row: dict, reader: Reader) -> list[Change]:
    """The latest changes of a row, newest first, and the one that brought it. One statement.

    Parameters
    ----------
    row
        The row as it stands, with ``id`` and ``change_id``.
    """
    given = {"region_id": region_id, "table": table, "id": row["id"], "change_id": row["change_id"], "limit": ROWS_MAX}
    changes, after = [], row
    for entry in session.execute(statement("changes"), given).mappings():
        values = [] if entry["before"] is None else compare(table, entry["before"], after, reader)
        changes.append(Change(entry["at"], entry["actor"], entry["source"], entry["batch_id"], entry["is_first"], values))
        after = entry["before"] or after
    return changes[:ROWS_MAX]


def compare(table: str, before: dict, after: dict, reader: Reader) -> list[tuple[str, str, str]]:
    """Label, old and new text of each column that differs; only columns of the later row, which may be a part of it."""
    names = [name for name in before if name in after and name not in HIDDEN and not same(before[name], after[name])]
    return [(label(table, name, reader.language), *(_text(table, name, row[name], reader) for row in (before, after))) for name in names]


def same(old, new) -> bool:
    """Whether two values are one: the journal keeps days and numbers as JSON does."""
    return old == new or _as_json(old) == _as_json(new)


def _as_json(value) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(table: str, name: str, value, reader: Reader) -> str:
    if name == "geom":
        return "…"
    if name.endswith("_id") and value is not None:
        return f"#{value}"
    return tell(table, name, value, reader).text or "–"
