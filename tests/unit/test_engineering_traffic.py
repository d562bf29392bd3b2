"""Erlang B against published tables."""

import pytest

from app.core.errors import InputError
from app.engineering.traffic import blocking_ratio, circuit_count, e1_count, traffic_erl


@pytest.mark.parametrize(
    ("circuits", "traffic", "blocking"), [(10, 5, 0.018385), (2, 1, 0.2), (30, 20, 0.008457), (0, 5, 1), (5, 0, 0), (0, 0, 1)]
)
def test_blocking(circuits, traffic, blocking):
    assert blocking_ratio(circuits, traffic) == pytest.approx(blocking, abs=5e-7)


@pytest.mark.parametrize(
    ("circuits", "blocking", "traffic"),
    [(15, 0.01, 8.108), (10, 0.01, 4.461), (30, 0.01, 20.337), (60, 0.01, 46.950), (120, 0.01, 102.964), (30, 0.005, 19.034), (0, 0.01, 0)],
)
def test_traffic(circuits, blocking, traffic):
    assert round(traffic_erl(circuits, blocking), 3) == traffic


@pytest.mark.parametrize(
    ("traffic", "blocking", "circuits"), [(33.333, 0.01, 45), (158.333, 0.03, 168), (0, 0.01, 0), (5, 1, 0), (1, 0.2, 2), (1, 0.199, 3)]
)
def test_circuits(traffic, blocking, circuits):
    assert circuit_count(traffic, blocking) == circuits


def test_the_three_agree():
    for circuits in (1, 7, 31, 240):
        traffic = traffic_erl(circuits, 0.01)
        assert blocking_ratio(circuits, traffic) == pytest.approx(0.01)
        assert (circuit_count(traffic * 0.999, 0.01), circuit_count(traffic * 1.001, 0.01)) == (circuits, circuits + 1)


def test_e1():
    assert [e1_count(circuits) for circuits in (0, 1, 30, 31, 168)] == [0, 1, 1, 2, 6]


@pytest.mark.parametrize(
    ("call", "subject"),
    [
        (lambda: blocking_ratio(-1, 1), "circuits"),
        (lambda: blocking_ratio(10**7, 1), "circuits"),
        (lambda: blocking_ratio(1, -1), "traffic_erl"),
        (lambda: circuit_count(1e12, 0.01), "traffic_erl"),
        (lambda: circuit_count(1, 0), "most_ratio"),
        (lambda: circuit_count(float("nan"), 0.01), "traffic_erl"),
        (lambda: traffic_erl(10, 1), "most_ratio"),
        (lambda: traffic_erl(-1, 0.01), "circuits"),
        (lambda: e1_count(-1), "circuits"),
    ],
)
def test_what_cannot_be(call, subject):
    with pytest.raises(InputError) as refused:
        call()
    assert (refused.value.code, refused.value.subject) == ("VALUE_IMPOSSIBLE", subject)
