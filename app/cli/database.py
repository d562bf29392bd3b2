"""``flask database``: migrate, and give the web server's role its rights."""
import click
from alembic import command
from alembic.config import Config
from flask.cli import AppGroup
from sqlalchemy import text

from app.cli.door import owner_engine, plain_errors
from app.core.database import grant_web_role
from app.core.jobs import grant_queue

group = AppGroup("database", help="Set up the database.")


@group.command("migrate")
@plain_errors
def migrate():
    """Bring the tables to this version."""
    command.upgrade(Config("alembic.ini"), "head")
    with owner_engine().connect() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    click.echo(f"Database is at version {version}.")


@group.command("grant")
@click.option("--role", required=True, help="The role that the web server connects as.")
@plain_errors
def grant(role):
    """Let the web server's role read and write, but not touch the journal."""
    with owner_engine().begin() as connection:
        grant_web_role(connection, role)
        grant_queue(connection, role)
    click.echo(f"Role {role} may read and write.")
