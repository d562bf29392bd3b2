"""Signing in, changing a password; people, their roles and areas, and their tokens. Flush, never commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.access.areas import read_place
from app.access.models import ApiToken, AppUser, LoginAttempt, TokenArea, UserArea
from app.access.queries import count_administrators, count_failures, find_user, get_user
from app.access.rules import (
    LIMIT,
    ROLES,
    SCOPES,
    build_login_key,
    build_password,
    build_token,
    check_password,
    hash_password,
    hash_token,
    is_password,
    wait_before_login,
)
from app.core.errors import AccessError, InputError, NotFoundError, RuleError

ADMINISTRATOR_LOGIN = "admin"
TOKEN_NAME_MAX = 80
TOKEN_DAYS_MAX = 731


@dataclass(frozen=True)
class UserChange:
    """What an administrator says of a person; ``places`` None is everywhere."""

    role: str
    name: str | None = None
    is_active: bool = True
    places: tuple[str, ...] | None = None


@dataclass(frozen=True)
class TokenWish:
    """What a token is to be; ``places`` None is wherever its person may look."""

    name: str
    scope: str = "read"
    days: int = 90
    places: tuple[str, ...] | None = None


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


def add_user(
    session: Session, login: str, role: str, password: str | None = None, name: str | None = None, places: Iterable[str] | None = None
) -> tuple[AppUser, str]:
    """A new user and the one-time password that they must change at the first sign-in.

    Parameters
    ----------
    places
        Where they may look, as ``421000`` or ``421000/421022100``; None is everywhere.

    Raises
    ------
    InputError
        ``ROLE_UNKNOWN``, ``LOGIN_EMPTY``, ``LOGIN_TAKEN`` or ``AREA_BAD``, or as `check_password` says.
    """
    check_role(role)
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
    set_places(session, user, places)
    return user, once


def check_role(role: str) -> None:
    """Refuse a role that there is not.

    Raises
    ------
    InputError
        ``ROLE_UNKNOWN``.
    """
    if role not in ROLES:
        raise InputError("ROLE_UNKNOWN", "There is no such role.", found=role, expected=", ".join(ROLES))


def set_places(session: Session, user: AppUser, places: Iterable[str] | None) -> None:
    """Say where a person may look; None is everywhere, no place is nowhere.

    Raises
    ------
    InputError
        ``AREA_BAD``.
    """
    read = None if places is None else sorted(set(map(read_place, places)))
    user.is_everywhere = read is None
    session.execute(delete(UserArea).where(UserArea.user_id == user.id))
    session.add_all(UserArea(user_id=user.id, region_id=region, grid_code=grid) for region, grid in read or ())
    session.flush()


def change_user(session: Session, by: str, user_id: int, given: UserChange) -> AppUser:
    """The user after an administrator has changed their name, role, areas or whether they may come in.

    Parameters
    ----------
    by
        The administrator's login: nobody takes their own rights away by mistake, so there is always an administrator left.

    Raises
    ------
    NotFoundError
        ``USER_UNKNOWN``.
    InputError
        ``ROLE_UNKNOWN`` or ``AREA_BAD``.
    RuleError
        ``USER_SELF``.
    """
    check_role(given.role)
    user = get_user(session, user_id)
    if user.login_key == build_login_key(by) and not (given.role == user.role and given.is_active and given.places is None):
        raise RuleError("USER_SELF", "You can't take away your own rights.", next_step="Ask another administrator.")
    user.name, user.role, user.is_active = given.name or None, given.role, given.is_active
    set_places(session, user, given.places)
    return user


def reset_password(session: Session, user_id: int) -> tuple[AppUser, str]:
    """The user and a new one-time password; all their sessions end, and their failed sign-ins are forgotten.

    Raises
    ------
    NotFoundError
        ``USER_UNKNOWN``.
    """
    user = get_user(session, user_id)
    once = build_password()
    user.password_hash = hash_password(once)
    user.must_change_password = True
    user.session_no += 1
    unlock(session, user_id)
    return user, once


def unlock(session: Session, user_id: int) -> AppUser:
    """The user, whose failed sign-ins are forgotten.

    Raises
    ------
    NotFoundError
        ``USER_UNKNOWN``.
    """
    user = get_user(session, user_id)
    session.execute(delete(LoginAttempt).where(LoginAttempt.login_key == user.login_key))
    session.flush()
    return user


def add_token(session: Session, user_id: int, given: TokenWish, now: datetime) -> tuple[ApiToken, str]:
    """A new token and its text, which is shown once.

    Raises
    ------
    InputError
        ``TOKEN_NAME``, ``SCOPE_UNKNOWN``, ``TOKEN_DAYS`` or ``AREA_BAD``.
    """
    name = given.name.strip()
    if not 0 < len(name) <= TOKEN_NAME_MAX:
        raise InputError("TOKEN_NAME", "Say what the token is for.", expected=f"1 to {TOKEN_NAME_MAX} characters")
    if given.scope not in SCOPES:
        raise InputError("SCOPE_UNKNOWN", "There is no such scope.", found=given.scope, expected=", ".join(SCOPES))
    if not 0 < given.days <= TOKEN_DAYS_MAX:
        raise InputError("TOKEN_DAYS", "A token lives for some days.", found=given.days, expected=f"1 to {TOKEN_DAYS_MAX} days")
    read = None if given.places is None else sorted(set(map(read_place, given.places)))
    text = build_token()
    token = ApiToken(
        user_id=user_id, name=name, token_hash=hash_token(text), scope=given.scope, is_everywhere=read is None,
        expires_at=now + timedelta(days=given.days),
    )  # fmt: skip
    session.add(token)
    session.flush()
    session.add_all(TokenArea(token_id=token.id, region_id=region, grid_code=grid) for region, grid in read or ())
    session.flush()
    return token, text


def revoke_token(session: Session, token_id: int, now: datetime, user_id: int | None = None) -> ApiToken:
    """The token, which opens nothing from now on.

    Parameters
    ----------
    user_id
        Only a token of this person; None is anybody's.

    Raises
    ------
    NotFoundError
        ``TOKEN_UNKNOWN``.
    """
    token = session.get(ApiToken, token_id)
    if token is None or user_id not in (None, token.user_id):
        raise NotFoundError("TOKEN_UNKNOWN", "There is no such token.", subject=str(token_id))
    token.revoked_at = token.revoked_at or now
    session.flush()
    return token


def ensure_administrator(session: Session) -> str | None:
    """The one-time password of a new administrator, or None when there is one already."""
    if count_administrators(session):
        return None
    return add_user(session, ADMINISTRATOR_LOGIN, "administrator")[1]
