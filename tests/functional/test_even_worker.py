"""Connections are shared evenly among the processes of the site, as scripts/run starts it."""

import os
import re
import socket
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from gunicorn.workers.gthread import ThreadWorker

from app.web import even_worker
from app.web.even_worker import ABSENT, EvenWorker, leave_place, take_place
from scripts.benchmarks.crowd import served

pytestmark = pytest.mark.functional
CLIENTS, PROCESSES, PATIENCE_S = 40, 2, 10
LISTENING = "0A"


def count_connections(port: int) -> list[int]:
    """How many connections to the port each process has that has any; those that the client has closed count until it closes them too."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {line[9] for line in lines if line[3] != LISTENING and int(line[1].split(":")[1], 16) == port}
    counts = [len(sockets & inodes_of(process)) for process in Path("/proc").iterdir() if process.name.isdigit()]
    return [count for count in counts if count]


def inodes_of(process: Path) -> set[str]:
    found = set()
    try:
        for opened in (process / "fd").iterdir():
            found.update(re.findall(r"socket:\[(\d+)\]", os.readlink(opened)))
    except OSError:
        # It has ended, or has just closed it.
        pass
    return found


@contextmanager
def rush(port: int):
    """How many of the clients who come at once each process has, as long as this lasts."""
    with ExitStack() as clients:
        for _ in range(CLIENTS):
            clients.enter_context(socket.create_connection(("127.0.0.1", port)))
        until = time.monotonic() + PATIENCE_S
        while sum(counts := count_connections(port)) < CLIENTS and time.monotonic() < until:
            time.sleep(0.05)
        yield counts
    while count_connections(port) and time.monotonic() < until:
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="the system does not tell who has a connection")
def test_a_rush_reaches_every_process(engine):
    """How evenly depends on how busy the machine is; what each process decides is tested below."""
    with served(engine.url.render_as_string(hide_password=False)) as port:
        until = time.monotonic() + PATIENCE_S
        counts: list[int] = []
        while len(counts) < PROCESSES and time.monotonic() < until:
            # The second process may begin later.
            with rush(port) as counts:
                assert sum(counts) == CLIENTS, counts
        assert len(counts) == PROCESSES, counts


@pytest.fixture
def worker(monkeypatch):
    """A worker with three connections; another place has one. What it takes is noted."""
    taken = []
    monkeypatch.setattr(even_worker, "connections", [3, 1, ABSENT])
    monkeypatch.setattr(ThreadWorker, "accept", lambda self, listener: taken.append(listener))
    made = EvenWorker.__new__(EvenWorker)
    made.place, made.nr_conns = 0, 3
    return made, taken


def test_a_connection_is_left_to_who_has_fewer_but_not_for_ever(worker, monkeypatch):
    made, taken = worker
    made.accept("first")
    assert taken == []
    monkeypatch.setattr(even_worker, "PATIENCE_S", 0.0)
    made.accept("first")
    assert taken == ["first"]


def test_a_process_that_has_ended_gets_nothing(worker):
    made, taken = worker
    leave_place(None, SimpleNamespace(place=1))
    made.accept("second")
    assert taken == ["second"]


def test_a_new_process_takes_the_first_free_place(worker):
    new = SimpleNamespace(place=0)
    take_place(SimpleNamespace(WORKERS={1: SimpleNamespace(place=0), 2: SimpleNamespace(place=1)}), new)
    assert new.place == 2 and even_worker.connections[2] == 0
