"""Databases that are made once a run, by whichever process needs them first, and copied by all: nobody is ever connected to one."""

import fcntl
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests import databases

# Everything that is dropped at the end of a run.
NAMES = ("ready", "golden", "county")


def shared_place(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a run share."""
    return factory.getbasetemp().parent if databases.WORKER else factory.getbasetemp()


def shared_database(factory: pytest.TempPathFactory, name: str, build: Callable[[str], object]) -> tuple[URL, object]:
    """The URL of a database that is made once a run, and what ``build`` gave.

    Parameters
    ----------
    build
        Makes the database of the name that it is given, and leaves no connection to it; what it gives is kept as JSON.
    """
    database, told = shared_name(name), shared_place(factory) / f"{name}.json"
    with told.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(build(database)), encoding="utf-8")
    return databases.named_url().set(database=database), json.loads(told.read_text(encoding="utf-8"))


def shared_name(name: str) -> str:
    """What a shared database is called, the same in all processes of a run."""
    return databases.beside(databases.shared_name(), name)


def drop_shared() -> None:
    """Drop what was shared, once all processes have ended."""
    for name in NAMES:
        databases.drop_database(databases.named_url(), shared_name(name))
