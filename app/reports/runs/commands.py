"""Save, share, schedule and forget questions; put runs into line. The clock comes from outside."""

import calendar
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.permissions import SEE_PERSONAL, may
from app.core.errors import AccessError, InputError, RuleError
from app.reports.questions.registry import find_question, read_inputs
from app.reports.runs.models import LANGUAGES, NAME_LENGTH_MAX, PERIODS
from app.reports.runs.queries import Reader, get_saved

# So many saved questions one person may have, and so many runs are kept of each, the newest.
MOST_SAVED, KEPT_RUNS = 200, 400


def save_question(
    session: Session, reader: Reader, name: str, question: str, given: Mapping[str, str], *, language: str, now: datetime,
    is_shared: bool = False, every: str | None = None,
) -> int:
    """The key of a new saved question; its inputs are read once, so that what can't be asked is not saved.

    Raises
    ------
    NotFoundError
        ``QUESTION_UNKNOWN``.
    RequestError, InputError
        As `read_inputs`; ``SAVED_NAME_BAD``, ``PERIOD_UNKNOWN``, ``LANGUAGE_UNKNOWN``.
    RuleError
        ``SAVED_TOO_MANY``.
    """
    found = find_question(question)
    kept = {key: value for key, value in given.items() if str(value).strip()}
    read_inputs(found, kept)
    _check_name(name)
    if language not in LANGUAGES:
        raise InputError("LANGUAGE_UNKNOWN", "There are no answers in this language.", found=language, expected=", ".join(LANGUAGES))
    counting = text("SELECT count(*) FROM saved_question WHERE region_id = :region_id AND owner = :login")
    if session.execute(counting, reader.given).scalar_one() >= MOST_SAVED:
        told = "You have saved as many questions as one person may."
        raise RuleError("SAVED_TOO_MANY", told, expected=f"at most {MOST_SAVED}", next_step="Delete one that is not needed.")
    values = {
        "region": reader.region_id, "owner": reader.login, "name": name.strip(), "question": found.id, "given": json.dumps(kept),
        "language": language, "shared": is_shared, "every": every, "next": next_time(every, now), "now": now,
    }  # fmt: skip
    return session.execute(
        text("INSERT INTO saved_question (region_id, owner, name, question, given, language, is_shared, every, next_at, saved_at) VALUES"
             " (:region, :owner, :name, :question, CAST(:given AS jsonb), :language, :shared, :every, :next, :now) RETURNING id"),
        values,
    ).scalar_one()  # fmt: skip


def change_saved(
    session: Session, reader: Reader, saved_id: int, now: datetime, *, name: str | None = None, is_shared: bool | None = None,
    every: str | None = None,
) -> None:
    """Give another name, share or not, schedule; None leaves as it is, and ``never`` ends a schedule. Only the owner may.

    Raises
    ------
    NotFoundError, AccessError, InputError
        ``SAVED_UNKNOWN``, ``SAVED_OF_ANOTHER``, ``SAVED_NAME_BAD``, ``PERIOD_UNKNOWN``.
    """
    row = _own(session, reader, saved_id)
    if name is not None:
        _check_name(name)
    period = row.every if every is None else None if every == "never" else every
    values = {
        "region": reader.region_id, "id": saved_id, "name": (name or row.name).strip(), "every": period,
        "shared": row.is_shared if is_shared is None else is_shared,
        "next": row.next_at if period == row.every else next_time(period, now),
    }  # fmt: skip
    session.execute(
        text("UPDATE saved_question SET name = :name, is_shared = :shared, every = :every, next_at = :next"
             " WHERE region_id = :region AND id = :id"), values,
    )  # fmt: skip


def forget_saved(session: Session, reader: Reader, saved_id: int) -> None:
    """Delete a saved question with its runs. Only the owner may.

    Raises
    ------
    NotFoundError, AccessError
        ``SAVED_UNKNOWN``, ``SAVED_OF_ANOTHER``.
    """
    _own(session, reader, saved_id)
    given = {"region": reader.region_id, "id": saved_id}
    session.execute(text("DELETE FROM question_run WHERE region_id = :region AND saved_id = :id"), given)
    session.execute(text("DELETE FROM saved_question WHERE region_id = :region AND id = :id"), given)


def ask_again(session: Session, reader: Reader, saved_id: int, now: datetime) -> int:
    """The key of a new run, which waits for a worker; where one waits already, its key.

    Others see runs of what is shared, so such a run names no persons; else it names whom the caller may see.

    Raises
    ------
    NotFoundError
        ``SAVED_UNKNOWN``.
    """
    row = get_saved(session, reader, saved_id)
    given = {"region": reader.region_id, "saved": saved_id}
    # Two who ask at once wait for one another here, and the second finds the first one's run.
    session.execute(text("SELECT 1 FROM saved_question WHERE region_id = :region AND id = :saved FOR UPDATE"), given)
    sql = "SELECT id FROM question_run WHERE region_id = :region AND saved_id = :saved AND actor = :actor AND state = 'waiting'"
    waiting = session.execute(text(sql), {**given, "actor": reader.login}).scalar()
    if waiting is not None:
        return waiting
    personal = not row.is_shared and may(reader.role, SEE_PERSONAL)
    return _add_run(session, row, reader.login, personal, now)


def start_due(session: Session, now: datetime) -> list[tuple[int, int]]:
    """Runs of all saved questions whose time has come, by region and key; the next time is set, and what was missed is asked once.

    A scheduled run names no persons: who saved it may have another role by then.
    """
    due = session.execute(
        text("/* cross-region: jobs */ SELECT * FROM saved_question WHERE next_at <= :now ORDER BY next_at FOR UPDATE SKIP LOCKED"),
        {"now": now},
    ).all()
    found = []
    for row in due:
        values = {"region": row.region_id, "id": row.id, "next": next_time(row.every, now)}
        session.execute(text("UPDATE saved_question SET next_at = :next WHERE region_id = :region AND id = :id"), values)
        found.append((row.region_id, _add_run(session, row, row.owner, False, now)))
    return found


def next_time(every: str | None, now: datetime) -> datetime | None:
    """A period from now; the same day of the next month, or its last.

    Raises
    ------
    InputError
        ``PERIOD_UNKNOWN``.
    """
    if every is None:
        return None
    if every not in PERIODS:
        raise InputError("PERIOD_UNKNOWN", "There is no such period.", found=every, expected=", ".join(PERIODS))
    if every != "month":
        return now + timedelta(days={"day": 1, "week": 7}[every])
    year, month = now.year + now.month // 12, now.month % 12 + 1
    return now.replace(year=year, month=month, day=min(now.day, calendar.monthrange(year, month)[1]))


def _add_run(session: Session, saved, actor: str, sees_personal: bool, now: datetime) -> int:
    given = {"region": saved.region_id, "saved": saved.id, "kept": KEPT_RUNS - 1}
    session.execute(
        text("DELETE FROM question_run WHERE region_id = :region AND saved_id = :saved AND state IN ('done', 'failed') AND id <= (SELECT id"
             " FROM question_run WHERE region_id = :region AND saved_id = :saved ORDER BY id DESC OFFSET :kept LIMIT 1)"), given,
    )  # fmt: skip
    values = given | {"actor": actor, "given": json.dumps(saved.given), "personal": sees_personal, "now": now}
    return session.execute(
        text("INSERT INTO question_run (region_id, saved_id, state, actor, given, sees_personal, asked_at) VALUES"
             " (:region, :saved, 'waiting', :actor, CAST(:given AS jsonb), :personal, :now) RETURNING id"), values,
    ).scalar_one()  # fmt: skip


def _own(session: Session, reader: Reader, saved_id: int):
    row = get_saved(session, reader, saved_id)
    if not row.is_own:
        told = "Somebody else saved this question."
        raise AccessError("SAVED_OF_ANOTHER", told, subject=str(saved_id), next_step="Save it under your own name to change it.")
    return row


def _check_name(name: str) -> None:
    if not name or not name.strip() or len(name.strip()) > NAME_LENGTH_MAX or not name.isprintable():
        told, expected = "A saved question needs a name.", f"1 to {NAME_LENGTH_MAX} letters"
        raise InputError("SAVED_NAME_BAD", told, found=(name or "")[:40], expected=expected)
