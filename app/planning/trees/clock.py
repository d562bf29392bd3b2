"""The time that a search has had: on a busy machine, on which it waits for others, less goes by than on the wall."""

import threading
import time

# Of a second on the wall so much counts at least, so that whoever waits does not wait much longer.
_LEAST_RATIO = 0.8
_thread = threading.local()


def now() -> float:
    """Seconds that this thread has worked, from some moment on; no less than a part of those that went by."""
    wall, worked = time.monotonic(), time.thread_time()
    last_wall, last_worked, at = getattr(_thread, "last", (wall, worked, 0.0))
    at += max(worked - last_worked, _LEAST_RATIO * (wall - last_wall))
    _thread.last = wall, worked, at
    return at
