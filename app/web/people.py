"""The people who may sign in, for administrators; and everybody's own tokens."""

from __future__ import annotations

from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access import commands
from app.access.commands import TOKEN_DAYS_MAX, TokenWish, UserChange
from app.access.gate import get_engine, get_person, get_session
from app.access.queries import get_user, list_tokens, list_users
from app.access.rules import LIMIT, ROLES, SCOPES
from app.core.database import KEY_MAX
from app.core.errors import InputError, NetGridError, RuleError
from app.maps.queries import get_region
from app.network.queries.grids import list_grid_tree

blueprint = APIBlueprint("people", __name__, enable_openapi=False)
LENGTH_MAX = 200


@blueprint.get("/users")
def users_page():
    """Everybody who may sign in."""
    return show_users()


@blueprint.post("/users")
def add():
    """Add a person, and show the one-time password."""
    form = request.form
    try:
        with Session(get_engine()) as writing, writing.begin():
            login = form.get("login", "")[:LENGTH_MAX]
            user, once = commands.add_user(writing, login, form.get("role", ""), name=read_name(), places=read_places())
            shown = user.login
    except InputError as error:
        return show_users(problem=gettext(error.message)), 422
    return show_users(once=(shown, once))


@blueprint.get("/users/<int:user_id>")
def user_page(user_id):
    """One person: name, role, area, tokens."""
    return show_user(user_id)


@blueprint.post("/users/<int:user_id>")
def change(user_id):
    """Change a person's name, role, area, or whether they may sign in."""
    wish = UserChange(request.form.get("role", ""), read_name(), request.form.get("active") == "1", read_places())
    try:
        with Session(get_engine()) as writing, writing.begin():
            commands.change_user(writing, get_person().login, user_id, wish)
    except (InputError, RuleError) as error:
        return show_user(user_id, problem=gettext(error.message)), error.status
    return redirect(url_for("people.users_page"))


@blueprint.post("/users/<int:user_id>/password")
def reset(user_id):
    """Give a person a new one-time password, and show it."""
    with Session(get_engine()) as writing, writing.begin():
        user, once = commands.reset_password(writing, user_id)
        shown = user.login
    return show_users(once=(shown, once))


@blueprint.post("/users/<int:user_id>/unlock")
def unlock(user_id):
    """Forget a person's failed sign-ins."""
    with Session(get_engine()) as writing, writing.begin():
        commands.unlock(writing, user_id)
    return redirect(url_for("people.users_page"))


@blueprint.post("/users/<int:user_id>/tokens/<int:token_id>/revoke")
def revoke_of_user(user_id, token_id):
    """Take a person's token back."""
    with Session(get_engine()) as writing, writing.begin():
        commands.revoke_token(writing, min(token_id, KEY_MAX), datetime.now(UTC), user_id)
    return redirect(url_for("people.user_page", user_id=user_id))


@blueprint.get("/tokens")
def tokens_page():
    """The caller's own tokens."""
    return show_tokens()


@blueprint.post("/tokens")
def add_token():
    """Make a token, and show it once."""
    form = request.form
    days = form.get("days", "")
    wish = TokenWish(
        form.get("name", "")[:LENGTH_MAX], form.get("scope", ""), int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        tuple(form.get("places", "").split()) or None,
    )
    try:
        with Session(get_engine()) as writing, writing.begin():
            _, text = commands.add_token(writing, get_person().id, wish, datetime.now(UTC))
    except NetGridError as error:
        return show_tokens(problem=gettext(error.message)), error.status
    return show_tokens(text=text)


@blueprint.post("/tokens/<int:token_id>/revoke")
def revoke(token_id):
    """Take one of the caller's own tokens back."""
    with Session(get_engine()) as writing, writing.begin():
        commands.revoke_token(writing, min(token_id, KEY_MAX), datetime.now(UTC), get_person().id)
    return redirect(url_for("people.tokens_page"))


def read_name() -> str | None:
    """The name as typed, None where there is none."""
    return request.form.get("name", "").strip()[:LENGTH_MAX] or None


def read_places() -> tuple[str, ...] | None:
    """The places that are ticked; None for everywhere."""
    return None if request.form.get("where") == "everywhere" else tuple(request.form.getlist("place"))


def show_users(problem: str | None = None, once: tuple[str, str] | None = None):
    """The list, a form for a new person, and a one-time password where one was made."""
    session = get_session()
    rows = list_users(session, datetime.now(UTC), LIMIT.window_s)
    locked = {row.user.id for row in rows if row.failures >= LIMIT.per_login}
    return render_template(
        "people.html", rows=rows, locked=locked, roles=ROLES, problem=problem, once=once, form=request.form, region=_region(), tree=_tree()
    )


def show_user(user_id: int, problem: str | None = None):
    """The form of one person."""
    session = get_session()
    user = get_user(session, user_id)
    row = next(row for row in list_users(session, datetime.now(UTC), LIMIT.window_s) if row.user.id == user_id)
    return render_template(
        "person.html", user=user, places=row.places, failures=row.failures, roles=ROLES, problem=problem, region=_region(), tree=_tree(),
        tokens=list_tokens(session, user_id), now=datetime.now(UTC),
    )


def show_tokens(problem: str | None = None, text: str | None = None):
    """The caller's own tokens, a form for a new one, and its text where one was made."""
    tokens = list_tokens(get_session(), get_person().id)
    return render_template(
        "tokens.html", tokens=tokens, scopes=SCOPES, days_max=TOKEN_DAYS_MAX, problem=problem, text=text, form=request.form,
        now=datetime.now(UTC),
    )


def _region():
    return get_region(get_session(), current_app.extensions["netgrid.settings"].region_code)


def _tree():
    return list_grid_tree(get_session(), _region().id)
