"""Who came in the same rush is told what was just not found.

When many ask at one place and nothing is left, each of them would look through all ports in reach only to hear the same. Whoever asked
before such a search began was there when nothing was free, so that they need no search of their own.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.core.errors import RuleError

MOST = 256


class Refusals:
    """The last refusals of a database in this process, by what was asked for."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[float, Callable[[], RuleError]]] = OrderedDict()

    def find(self, wanted: Hashable, asked_at: float) -> RuleError | None:
        """The refusal by a search that began after somebody asked (both as ``time.monotonic`` tells), an error of their own."""
        with self._lock:
            began_at, refusal = self._kept.get(wanted, (-1.0, None))
        return refusal() if refusal is not None and asked_at <= began_at else None

    def keep(self, wanted: Hashable, began_at: float, refusal: Callable[[], RuleError]) -> None:
        """Remember what a search did not find that looked at nothing but what was committed."""
        with self._lock:
            if self._kept.get(wanted, (-1.0, None))[0] < began_at:
                self._kept[wanted] = began_at, refusal
                self._kept.move_to_end(wanted)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_OF_DATABASES: WeakKeyDictionary[Engine, Refusals] = WeakKeyDictionary()


def refusals_of(session: Session) -> Refusals:
    """The refusals of the session's database."""
    return _OF_DATABASES.setdefault(session.get_bind().engine, Refusals())
