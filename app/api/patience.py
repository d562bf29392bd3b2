"""Answers that take seconds: worked out beside the request, which waits a little and else says that it is not done yet.

Each process works for itself; what it has worked out it keeps as long as the region does not change (``topology.graph_cache``), so that
asking again is quick whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from time import monotonic

from flask import current_app, jsonify, request
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from app.access.gate import get_person
from app.maps.queries import RegionView

# A page shows that it waits after so many seconds.
WAIT_S = 2.5
# What such work has that a page's own statements have not: time, and memory for hashes over whole tables, which in little memory fall
# into so many parts that one statement takes minutes.
SETTINGS = {"statement_timeout": "120s", "work_mem": "64MB"}
AT_ONCE = 2
# What nobody fetched is dropped, the oldest first.
MOST_WAITING = 50
# Answers that are kept for the files made of them.
MOST_KEPT = 8

_lock = Lock()
_works: dict[tuple, tuple[Future, float]] = {}
_pool: list[ThreadPoolExecutor] = []


def answer_patiently(
    region: RegionView, language: str, work: Callable[[Session], object], form: Callable[[object], object] = lambda told: told,
    kept_as: tuple | None = None,
):
    """What ``work`` tells, in its form, or 202 with the seconds that it has taken so far; the same request again asks on.

    Parameters
    ----------
    form
        What the request makes of it, in a second at most.
    kept_as
        What names the work, where several addresses tell of it in forms of their own: it is done once, and kept for the next of them as
        long as the region does not change and few others are asked for.

    Raises
    ------
    NetGridError
        Whatever the work raises.
    """
    named = kept_as or (request.path, *sorted(request.args.items(multi=True)), request.get_data(cache=True))
    key = (current_app.extensions["netgrid.settings"].web_database_url, named, get_person().role, region.id, region.version, language)
    future, begun = _find_or_start(key, current_app.extensions["netgrid.reading_engine"], work)
    wait([future], WAIT_S)
    if not future.done():
        answer = jsonify({"state": "working", "seconds": round(monotonic() - begun, 1)})
        answer.status_code = 202
        answer.headers.extend({"Retry-After": "1", "Cache-Control": "no-store"})
        return answer
    with _lock:
        if kept_as is None or future.exception():
            _works.pop(key, None)
        else:
            _forget_done()
    return form(future.result())


def _forget_done() -> None:
    """Keep the newest few of what is done and was fetched."""
    done = [key for key, (future, _) in _works.items() if future.done()]
    for key in done[:-MOST_KEPT]:
        del _works[key]


def _find_or_start(key: tuple, engine: Engine, work: Callable[[Session], object]) -> tuple[Future, float]:
    with _lock:
        if key not in _works:
            # The threads begin with the first work, since a process that forks takes none along.
            if not _pool:
                _pool.append(ThreadPoolExecutor(AT_ONCE, thread_name_prefix="patience"))
            _works[key] = (_pool[0].submit(_run, engine, work), monotonic())
            while len(_works) > MOST_WAITING:
                del _works[next(iter(_works))]
        return _works[key]


def _run(engine: Engine, work: Callable[[Session], object]) -> object:
    with engine.connect() as connection:
        for name, value in SETTINGS.items():
            connection.exec_driver_sql(f"SET {name} = '{value}'")
        try:
            with Session(connection) as session:
                return work(session)
        finally:
            for name in SETTINGS:
                connection.exec_driver_sql(f"RESET {name}")
