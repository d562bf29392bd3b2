"""Graphs kept by every process, each for one version of one region: never stale, and never cleared by a clock."""
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

# Regions and kinds of graph kept at once in one process; the one used longest ago goes.
MOST_KEPT = 24
Graph = TypeVar("Graph")

_kept: dict[tuple, tuple[tuple, object]] = {}
_lock = Lock()
# A region that was emptied and filled again may come to the same version; the change that gave it tells them apart.
_VERSION = """
SELECT s.version, c.id, c.at, EXISTS (SELECT FROM change AS o WHERE o.region_id = :region_id AND o.version IS NULL) AS is_open
FROM region_state AS s LEFT JOIN change AS c ON c.region_id = :region_id AND c.version = s.version
WHERE s.region_id = :region_id"""


def keep_graph(session: Session, region_id: int, build: Callable[[Session, int], Graph]) -> Graph:
    """What ``build(session, region_id)`` makes, built again only where the region's version has moved on.

    A transaction that has itself written sees rows which no version covers yet, so for it the graph is built and not kept.
    """
    *version, is_open = session.execute(text(_VERSION), {"region_id": region_id}).one()
    if is_open:
        return build(session, region_id)
    version = tuple(version)
    key = (str(session.get_bind().engine.url), build.__module__, build.__qualname__, region_id)
    with _lock:
        found = _kept.pop(key, None)
        if found is not None and found[0] == version:
            _kept[key] = found
            return found[1]
    graph = build(session, region_id)
    with _lock:
        _kept.pop(key, None)
        _kept[key] = (version, graph)
        while len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]
    return graph


def forget_graphs() -> None:
    """Drop everything kept, as a measurement needs it."""
    with _lock:
        _kept.clear()
