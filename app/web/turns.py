"""Whose turn it is: how many requests are worked on at once, and in which order the others wait.

Writing transactions that meet at one cabinet wait for each other's rows, and whoever finds its choice gone has to search again. So few
of them run at once: that takes less processor time for all. A counter that takes what is free next is served before somebody who gives
back or goes a step further, but nobody is overtaken for longer than `PATIENCE_S`.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field

from app.access.gate import ASKED_AT

# Requests at once in one process, and how many of them may be writers that can meet.
PLACES, WRITERS = 4, 2
PATIENCE_S = 1.0
_SAFE = ("GET", "HEAD", "OPTIONS")
# What may meet at one cabinet. An upload writes too, but for as long as its sender takes.
_MEETS = re.compile(r"(/api/v1)?/((pool-)?reservations|orders)(/.*)?")
_TAKES = re.compile(r"/api/v1/(pool-)?reservations")


@dataclass(eq=False)
class _Waiting:
    """A request before its turn; the smallest ``rank`` is the next."""

    rank: float
    writes: bool
    turn: threading.Event = field(default_factory=threading.Event)


class Turns:
    """The places of one process. A request that needs a writer's place lets others pass while there is none."""

    def __init__(self, places: int = PLACES, writers: int = WRITERS):
        self._places, self._writers = places, writers
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()

    def enter(self, writes: bool, lets_pass_s: float = 0.0) -> None:
        """Return when it is this request's turn; whoever comes within so many seconds and lets nobody pass goes first."""
        own = _Waiting(time.monotonic() + lets_pass_s, writes)
        with self._lock:
            self._waiting.append(own)
            self._call()
        own.turn.wait()

    def leave(self, writes: bool) -> None:
        """Give the place to whoever is next."""
        with self._lock:
            self._places += 1
            self._writers += writes
            self._call()

    def _call(self) -> None:
        while self._places:
            able = [one for one in self._waiting if self._writers or not one.writes]
            if not able:
                return
            following = min(able, key=lambda one: one.rank)
            self._waiting.remove(following)
            self._places -= 1
            self._writers -= following.writes
            following.turn.set()


class Turnstile:
    """The application's WSGI entry: each request waits for its turn, and keeps its place until its answer is made."""

    def __init__(self, application, turns: Turns | None = None):
        self._application = application
        self._turns = turns or Turns()

    def __call__(self, environ, start_response):
        environ[ASKED_AT] = time.monotonic()
        path = environ.get("PATH_INFO", "")
        writes = environ["REQUEST_METHOD"] not in _SAFE and _MEETS.fullmatch(path) is not None
        self._turns.enter(writes, PATIENCE_S if writes and not _TAKES.fullmatch(path) else 0.0)
        try:
            return self._application(environ, start_response)
        finally:
            self._turns.leave(writes)
