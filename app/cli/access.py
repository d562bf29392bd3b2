"""``flask access``: the people who may sign in."""
from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from app.access.commands import (
    ADMINISTRATOR_LOGIN,
    TokenWish,
    UserChange,
    add_token,
    add_user,
    change_user,
    ensure_administrator,
    reset_password,
    revoke_token,
    unlock,
)
from app.access.queries import find_user, list_tokens, list_users
from app.access.rules import LIMIT, ROLES, SCOPES
from app.cli.door import actor, owner_engine, plain_errors
from app.core.database import transaction
from app.core.errors import NotFoundError

group = AppGroup("access", help="People who may sign in.")


@group.command("ensure-admin")
@plain_errors
def ensure_admin():
    """Make an administrator when there is none, and print the one-time password."""
    with transaction(owner_engine(), actor(), "cli") as session:
        password = ensure_administrator(session)
    if password is None:
        click.echo("There is an administrator already.")
    else:
        click.echo(f"Administrator: {ADMINISTRATOR_LOGIN}\nOne-time password: {password}")


@group.command("add-user")
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True)
@click.option("--name", help="The person's name.")
@click.option("--area", "areas", multiple=True, help="Where they may look: a region, 421000, or a grid of it, 421000/421022100.")
@plain_errors
def add(login, role, name, areas):
    """Add a person who signs in as LOGIN, and print the one-time password."""
    with transaction(owner_engine(), actor(), "cli") as session:
        user, password = add_user(session, login, role, name=name, places=tuple(areas) or None)
        login = user.login
    click.echo(f"User: {login}\nOne-time password: {password}")


@group.command("list-users")
@plain_errors
def list_all():
    """Tell everybody who may sign in, with role and area."""
    with transaction(owner_engine(), actor(), "cli") as session:
        for row in list_users(session, datetime.now(UTC), LIMIT.window_s):
            state = "" if row.user.is_active else "  switched off"
            locked = "  locked" if row.failures >= LIMIT.per_login else ""
            click.echo(f"{row.user.login}  {row.user.role}  {_tell(row.places)}{state}{locked}")


@group.command("set-user")
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES))
@click.option("--area", "areas", multiple=True, help="A region, 421000, or a grid of it, 421000/421022100; again for several.")
@click.option("--everywhere", is_flag=True, help="Every region.")
@click.option("--active/--disabled", default=None, help="Whether they may sign in.")
@plain_errors
def set_user(login, role, areas, everywhere, active):
    """Change the role or area of LOGIN, or switch them off and on."""
    with transaction(owner_engine(), actor(), "cli") as session:
        user = _get(session, login)
        row = next(row for row in list_users(session, datetime.now(UTC), LIMIT.window_s) if row.user is user)
        places = None if everywhere else tuple(areas) or row.places
        is_active = user.is_active if active is None else active
        change_user(session, actor(), user.id, UserChange(role or user.role, user.name, is_active, places))
        click.echo(f"{user.login}  {user.role}  {_tell(places)}{'' if is_active else '  switched off'}")


@group.command("reset-password")
@click.argument("login")
@plain_errors
def reset(login):
    """Give LOGIN a new one-time password, and print it; failed sign-ins are forgotten."""
    with transaction(owner_engine(), actor(), "cli") as session:
        user, password = reset_password(session, _get(session, login).id)
        login = user.login
    click.echo(f"User: {login}\nOne-time password: {password}")


@group.command("unlock")
@click.argument("login")
@plain_errors
def unlock_user(login):
    """Forget the failed sign-ins of LOGIN."""
    with transaction(owner_engine(), actor(), "cli") as session:
        unlock(session, _get(session, login).id)
    click.echo(f"{login} may sign in again.")


@group.command("add-token")
@click.argument("login")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--scope", type=click.Choice(SCOPES), default="read", show_default=True)
@click.option("--days", type=int, default=90, show_default=True, help="How long it lives.")
@click.option("--area", "areas", multiple=True, help="Narrow it: a region, 421000, or a grid of it, 421000/421022100.")
@plain_errors
def token_add(login, name, scope, days, areas):
    """Make a token with which a program acts for LOGIN, and print it."""
    with transaction(owner_engine(), actor(), "cli") as session:
        wish = TokenWish(name, scope, days, tuple(areas) or None)
        token, text = add_token(session, _get(session, login).id, wish, datetime.now(UTC))
        number = token.id
    click.echo(f"Token {number}, shown once: {text}")


@group.command("tokens")
@click.argument("login")
@plain_errors
def token_list(login):
    """Tell the tokens of LOGIN."""
    with transaction(owner_engine(), actor(), "cli") as session:
        for token, places in list_tokens(session, _get(session, login).id):
            used = f"used {token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
            over = "  taken back" if token.revoked_at else ""
            click.echo(f"{token.id}  {token.name}  {token.scope}  {_tell(places)}  until {token.expires_at:%Y-%m-%d}  {used}{over}")


@group.command("revoke-token")
@click.argument("token_id", type=int)
@plain_errors
def token_revoke(token_id):
    """Take the token TOKEN_ID back."""
    with transaction(owner_engine(), actor(), "cli") as session:
        revoke_token(session, token_id, datetime.now(UTC))
    click.echo(f"Token {token_id} opens nothing any more.")


def _get(session, login: str):
    user = find_user(session, login)
    if user is None:
        raise NotFoundError("USER_UNKNOWN", "There is no such user.", subject=login, next_step="list them with: flask access list-users")
    return user


def _tell(places) -> str:
    return "everywhere" if places is None else " ".join(places) or "nowhere"
