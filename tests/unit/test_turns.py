"""Who is worked on next when many ask at once."""
import threading
import time

import pytest

from app.web.turns import Turns, Turnstile

WAIT_S = 5


class Crowd:
    """Requests that wait in threads, and the order in which their turn came."""

    def __init__(self, turns: Turns) -> None:
        self.turns, self.order, self.threads = turns, [], []

    def come(self, name: str, writes: bool, lets_pass_s: float = 0.0) -> None:
        """Start to wait; returns once the request stands in line."""
        before = len(self.turns._waiting)
        thread = threading.Thread(target=self._wait, args=(name, writes, lets_pass_s))
        thread.start()
        self.threads.append(thread)
        until = time.monotonic() + WAIT_S
        while len(self.turns._waiting) == before and name not in self.order and time.monotonic() < until:
            time.sleep(0.001)

    def _wait(self, name: str, writes: bool, lets_pass_s: float) -> None:
        self.turns.enter(writes, lets_pass_s)
        self.order.append(name)

    def expect(self, *names: str) -> None:
        """Hold that these have had their turn by now, in this order."""
        until = time.monotonic() + WAIT_S
        while len(self.order) < len(names) and time.monotonic() < until:
            time.sleep(0.001)
        assert self.order == list(names)


@pytest.fixture
def crowd():
    made = Crowd(Turns(places=2, writers=1))
    yield made
    for thread in made.threads:
        thread.join(WAIT_S)
        assert not thread.is_alive()


def test_readers_pass_writers_that_wait_for_a_writer(crowd):
    crowd.come("first", True)
    crowd.come("second", True)
    crowd.come("reader", False)
    crowd.expect("first", "reader")
    crowd.turns.leave(True)
    crowd.expect("first", "reader", "second")


def test_who_takes_goes_before_who_gives_back(crowd):
    crowd.come("first", True)
    crowd.come("gives back", True, 60)
    crowd.come("takes", True)
    crowd.turns.leave(True)
    crowd.expect("first", "takes")
    crowd.turns.leave(True)
    crowd.expect("first", "takes", "gives back")


def test_nobody_is_overtaken_for_longer_than_its_patience(crowd):
    crowd.come("first", True)
    crowd.come("gives back", True, 0.01)
    time.sleep(0.02)
    crowd.come("takes", True)
    crowd.turns.leave(True)
    crowd.expect("first", "gives back")
    crowd.turns.leave(True)
    crowd.expect("first", "gives back", "takes")


def test_a_place_is_given_back_where_the_application_fails():
    def fails(environ, start_response):
        raise ValueError

    entry = Turnstile(fails, Turns(places=1, writers=1))
    for _ in range(3):
        with pytest.raises(ValueError):
            entry({"REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/orders"}, None)


def test_an_upload_takes_no_writers_place():
    entered = []

    class Noted(Turns):
        def enter(self, writes, lets_pass_s=0.0):
            entered.append((writes, lets_pass_s))
            super().enter(writes, lets_pass_s)

    entry = Turnstile(lambda environ, start_response: [], Noted())
    asked = "POST /surveys", "GET /api/v1/orders", "POST /api/v1/reservations", "POST /api/v1/orders/A-1/steps", "POST /orders"
    for method, path in map(str.split, asked):
        entry({"REQUEST_METHOD": method, "PATH_INFO": path}, None)
    assert entered == [(False, 0.0), (False, 0.0), (True, 0.0), (True, 1.0), (True, 1.0)]
