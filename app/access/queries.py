"""Who may sign in, and how often a sign-in has failed lately."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.areas import EVERYWHERE, Area, build_area, write_place
from app.access.models import ApiToken, AppUser, LoginAttempt, TokenArea, UserArea
from app.access.rules import build_login_key
from app.core.database import KEY_MAX
from app.core.errors import NotFoundError
from app.core.prepared import ask_bare

# Read on every request, tiles included, so it goes through a bare cursor and is planned once: a third of a kept tile's whole cost was here.
_PLACES = "ARRAY(SELECT concat_ws('/', a.region_id, nullif(a.grid_code, '')) FROM {table} AS a WHERE a.{owner}_id = {alias}.id)"
_OF_USER = f"CASE WHEN u.is_everywhere THEN NULL ELSE {_PLACES.format(table='user_area', owner='user', alias='u')} END"
_OF_TOKEN = f"CASE WHEN t.is_everywhere THEN NULL ELSE {_PLACES.format(table='token_area', owner='token', alias='t')} END"
PERSON = (
    f"SELECT u.id, u.login, u.name, u.role, u.must_change_password, {_OF_USER} FROM app_user AS u"  # noqa: S608 - names of ours
    " WHERE u.id = :id AND u.session_no = :session_no AND u.is_active"
)
# A token's use is written down at most once a minute, so that reading stays reading.
TOKEN = (
    f"SELECT u.id, u.login, u.name, u.role, u.must_change_password, {_OF_USER}, {_OF_TOKEN}, t.id, t.scope,"  # noqa: S608
    " coalesce(t.last_used_at < CAST(:now AS timestamptz) - interval '1 minute', true)"
    " FROM api_token AS t JOIN app_user AS u ON u.id = t.user_id"
    " WHERE t.token_hash = :hash AND t.revoked_at IS NULL AND t.expires_at > :now AND u.is_active"
)


@dataclass(frozen=True)
class Person:
    """The signed-in person as pages and addresses see them; ``scope`` is a token's, None where the person came by themselves."""

    id: int
    login: str
    name: str | None
    role: str
    must_change_password: bool
    area: Area = EVERYWHERE
    scope: str | None = None


def find_person(cursor, user_id: int, session_no: int) -> Person | None:
    """The active person of a session, or None when they were switched off or changed their password."""
    ask_bare(cursor, PERSON, {"id": user_id, "session_no": session_no})
    row = cursor.fetchone()
    return Person(*row[:5], build_area(row[5])) if row else None


def find_token_person(cursor, token_hash: bytes, now: datetime) -> Person | None:
    """The active person for whom a token acts, within the token's area and ``scope``; None when it is unknown, over or taken back."""
    ask_bare(cursor, TOKEN, {"hash": token_hash, "now": now})
    row = cursor.fetchone()
    if row is None:
        return None
    if row[9]:
        cursor.execute("UPDATE api_token SET last_used_at = %s WHERE id = %s", (now, row[7]))
    return Person(*row[:5], build_area(row[5], row[6]), row[8])


def find_user(session: Session, login: str) -> AppUser | None:
    """The user of that login, active or not."""
    return session.scalar(select(AppUser).where(AppUser.login_key == build_login_key(login)))


def find_rights(session: Session, login: str) -> tuple[str, Area] | None:
    """Role and area of the user of that login."""
    user = find_user(session, login)
    if user is None:
        return None
    places = session.execute(select(UserArea.region_id, UserArea.grid_code).where(UserArea.user_id == user.id))
    return user.role, EVERYWHERE if user.is_everywhere else build_area([write_place(*place) for place in places])


def get_user(session: Session, user_id: int) -> AppUser:
    """The user of that key.

    Raises
    ------
    NotFoundError
        ``USER_UNKNOWN``.
    """
    user = session.get(AppUser, user_id) if user_id <= KEY_MAX else None
    if user is None:
        raise NotFoundError("USER_UNKNOWN", "There is no such user.", subject=str(user_id))
    return user


@dataclass(frozen=True)
class UserRow:
    """A person in the list of people; ``places`` None is everywhere."""

    user: AppUser
    places: tuple[str, ...] | None
    failures: int


def list_users(session: Session, now: datetime, window_s: int) -> list[UserRow]:
    """Everybody, by login, with their places and how often they have failed to sign in lately. Three statements."""
    places = defaultdict(list)
    for area in session.scalars(select(UserArea).order_by(UserArea.region_id, UserArea.grid_code)):
        places[area.user_id].append(write_place(area.region_id, area.grid_code))
    recent = select(LoginAttempt.login_key, func.count()).where(LoginAttempt.at > now - timedelta(seconds=window_s))
    failures = dict(session.execute(recent.group_by(LoginAttempt.login_key)).all())
    users = session.scalars(select(AppUser).order_by(AppUser.login_key))
    return [
        UserRow(user, None if user.is_everywhere else tuple(places[user.id]), failures.get(user.login_key, 0)) for user in users
    ]


def list_tokens(session: Session, user_id: int) -> list[tuple[ApiToken, list[str] | None]]:
    """The tokens of a person, newest first, each with the places that it is narrowed to. Two statements."""
    places = defaultdict(list)
    for area in session.scalars(select(TokenArea).join(ApiToken).where(ApiToken.user_id == user_id)):
        places[area.token_id].append(write_place(area.region_id, area.grid_code))
    tokens = session.scalars(select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc()))
    return [(token, None if token.is_everywhere else sorted(places[token.id])) for token in tokens]


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
