"""Who may sign in, and how often a sign-in has failed lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.models import AppUser, LoginAttempt
from app.access.rules import build_login_key

# Read on every request, tiles included, so it goes through a bare cursor: a third of a kept tile's whole cost was here.
PERSON = (
    "SELECT id, login, name, role, must_change_password FROM app_user"
    " WHERE id = %s AND session_no = %s AND is_active"
)


@dataclass(frozen=True)
class Person:
    """The signed-in person as pages and addresses see them."""

    id: int
    login: str
    name: str | None
    role: str
    must_change_password: bool


def find_person(cursor, user_id: int, session_no: int) -> Person | None:
    """The active person of a session, or None when they were switched off or changed their password."""
    cursor.execute(PERSON, (user_id, session_no))
    row = cursor.fetchone()
    return Person(*row) if row else None


def find_user(session: Session, login: str) -> AppUser | None:
    """The user of that login, active or not."""
    return session.scalar(select(AppUser).where(AppUser.login_key == build_login_key(login)))


def count_administrators(session: Session) -> int:
    """How many active administrators there are."""
    wanted = select(func.count()).where(AppUser.role == "administrator", AppUser.is_active)
    return session.scalar(wanted)


def count_failures(session: Session, login: str, address: str, now: datetime, window_s: int) -> tuple[int, int]:
    """Failed sign-ins within the window: of that login, and from that address."""
    recent = LoginAttempt.at > now - timedelta(seconds=window_s)
    of_login = select(func.count()).where(LoginAttempt.login_key == build_login_key(login), recent)
    of_address = select(func.count()).where(LoginAttempt.address == address, recent)
    row = session.execute(select(of_login.scalar_subquery(), of_address.scalar_subquery())).one()
    return row[0], row[1]
