"""What every command shares: who calls, which database, and how an error is told."""
import functools
import getpass
import sys

import click
from sqlalchemy.exc import OperationalError

from app.core.database import make_engine
from app.core.errors import NetGridError
from app.core.settings import load_settings

EXIT_FINDINGS, EXIT_USAGE, EXIT_DATABASE = 1, 2, 3


def owner_engine(connections: int = 2):
    """An engine with the owner's rights: commands act for the operator, not for a web user."""
    return make_engine(load_settings().database_url, pool_size=connections)


def actor() -> str:
    """The name under which the journal files what commands do."""
    return f"cli:{getpass.getuser()}"


def plain_errors(command):
    """Tell errors as one sentence and an exit code; a stack trace never leaves the house."""

    @functools.wraps(command)
    def run(*args, **options):
        try:
            return command(*args, **options)
        except NetGridError as error:
            click.echo(str(error), err=True)
            sys.exit(EXIT_USAGE)
        except OperationalError as error:
            reason = str(error.orig).strip().splitlines()[0]
            click.echo(f"DATABASE_UNREACHABLE: {reason}; start the server or mend DATABASE_URL", err=True)
            sys.exit(EXIT_DATABASE)

    return run
