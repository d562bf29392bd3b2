"""Signing in, changing a password, adding people. Flush, never commit."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.access.models import AppUser, LoginAttempt
from app.access.queries import count_administrators, count_failures, find_user
from app.access.rules import (
    LIMIT,
    ROLES,
    build_login_key,
    build_password,
    check_password,
    hash_password,
    is_password,
    wait_before_login,
)
from app.core.errors import AccessError, InputError

ADMINISTRATOR_LOGIN = "admin"


def sign_in(session: Session, login: str, password: str, address: str, now: datetime) -> AppUser | None:
    """The user when login and password fit, else None with the failure written down.

    Raises
    ------
    AccessError
        ``LOGIN_LIMIT`` after too many failures; the password is then not looked at.
    """
    wait_s = wait_before_login(*count_failures(session, login, address, now, LIMIT.window_s))
    if wait_s:
        raise AccessError(
            "LOGIN_LIMIT", "Too many failed sign-ins.", next_step=f"Try again in {wait_s // 60} minutes."
        )
    user = find_user(session, login)
    fits = is_password(user.password_hash if user and user.is_active else None, password)
    if not fits:
        session.add(LoginAttempt(login_key=build_login_key(login)[:200], address=address, at=now))
        session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - timedelta(days=1)))
        session.flush()
        return None
    session.execute(delete(LoginAttempt).where(LoginAttempt.login_key == user.login_key))
    user.last_login_at = now
    session.flush()
    return user


def change_password(session: Session, login: str, old: str, new: str, now: datetime) -> AppUser:
    """The user after the change; every other session of theirs ends.

    Raises
    ------
    AccessError
        ``PASSWORD_WRONG`` when the old password does not fit.
    InputError
        See `check_password`; ``PASSWORD_SAME`` when nothing would change.
    """
    user = find_user(session, login)
    if user is None or not is_password(user.password_hash, old):
        raise AccessError("PASSWORD_WRONG", "The current password is not right.", next_step="Type it again.")
    if old == new:
        raise InputError("PASSWORD_SAME", "The new password is the old one.", next_step="Choose another one.")
    check_password(user.login, new)
    user.password_hash = hash_password(new)
    user.must_change_password = False
    user.password_changed_at = now
    user.session_no += 1
    session.flush()
    return user


def add_user(session: Session, login: str, role: str, password: str | None = None, name: str | None = None) -> tuple[AppUser, str]:
    """A new user and the one-time password that they must change at the first sign-in.

    Raises
    ------
    InputError
        ``ROLE_UNKNOWN``, ``LOGIN_EMPTY`` or ``LOGIN_TAKEN``, or as `check_password` says.
    """
    if role not in ROLES:
        raise InputError("ROLE_UNKNOWN", "There is no such role.", found=role, expected=", ".join(ROLES))
    if not login.strip():
        raise InputError("LOGIN_EMPTY", "The login is empty.")
    if find_user(session, login) is not None:
        raise InputError("LOGIN_TAKEN", "This login is taken.", subject=login, next_step="Choose another one.")
    if password is not None:
        check_password(login, password)
    once = password or build_password()
    user = AppUser(
        login=login.strip(), login_key=build_login_key(login), name=name, role=role,
        password_hash=hash_password(once), must_change_password=True,
    )
    session.add(user)
    session.flush()
    return user, once


def ensure_administrator(session: Session) -> str | None:
    """The one-time password of a new administrator, or None when there is one already."""
    if count_administrators(session):
        return None
    return add_user(session, ADMINISTRATOR_LOGIN, "administrator")[1]
