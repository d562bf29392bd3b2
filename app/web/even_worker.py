"""gunicorn's threaded worker, which leaves a new connection to another process that has fewer of them.

Of several processes that wait for connections, whoever is awake first takes one. At a rush one of two took twice as many as the other,
and its clients waited twice as long; each of them keeps its connection, so that it stays so.
"""

from __future__ import annotations

import mmap
import time

from gunicorn.workers.gthread import ThreadWorker

# More processes than any machine of an operator has processors.
PLACES = 256
ABSENT = -1
# So long somebody else has to take what is left to them, and so long is looked again.
PATIENCE_S, LOOK_S = 0.05, 0.0001
# How many connections each process has: shared by all that come from one, and written by its owner alone.
connections = memoryview(mmap.mmap(-1, 8 * PLACES)).cast("q")
for _place in range(PLACES):
    connections[_place] = ABSENT


class EvenWorker(ThreadWorker):
    """``place`` is where the process tells how many connections it has."""

    place = 0
    _left_from, _left_at = 0.0, 0.0

    def accept(self, listener) -> None:
        """Take a new connection, or let another process take it."""
        if self._leaves_it():
            time.sleep(LOOK_S)
            return
        super().accept(listener)
        self._tell()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for what comes, and tell what has become of the connections."""
        super().wait_for_and_dispatch_events(timeout)
        self._tell()

    def _tell(self) -> None:
        connections[self.place] = self.nr_conns

    def _leaves_it(self) -> bool:
        fewest = min(count for place, count in enumerate(connections) if count != ABSENT or place == self.place)
        if fewest >= self.nr_conns:
            return False
        now = time.monotonic()
        if now - self._left_at > PATIENCE_S:
            self._left_from = now
        self._left_at = now
        # Whoever has fewer may be too busy to take any.
        return now - self._left_from < PATIENCE_S


def take_place(server, worker: EvenWorker) -> None:
    """Before a process is made: give it the first place that nobody has."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in range(PLACES) if place not in taken)
    connections[worker.place] = 0


def leave_place(server, worker: EvenWorker) -> None:
    """After a process has ended: nobody leaves anything to it."""
    connections[worker.place] = ABSENT
