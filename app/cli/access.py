"""``flask access``: the people who may sign in."""
import click
from flask.cli import AppGroup

from app.access.commands import ADMINISTRATOR_LOGIN, add_user, ensure_administrator
from app.access.rules import ROLES
from app.cli.door import actor, owner_engine, plain_errors
from app.core.database import transaction

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
@plain_errors
def add(login, role, name):
    """Add a person who signs in as LOGIN, and print the one-time password."""
    with transaction(owner_engine(), actor(), "cli") as session:
        user, password = add_user(session, login, role, name=name)
        login = user.login
    click.echo(f"User: {login}\nOne-time password: {password}")
