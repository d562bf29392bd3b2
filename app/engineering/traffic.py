"""Telephone traffic: Erlang B, and the circuits and E1 that a busy hour needs. Traffic in erlang."""

from math import ceil

from app.engineering.quantities import between, not_negative

# Largest sizes that are answered at once; a trunk group is far below.
MOST_CIRCUITS = 100_000
E1_CHANNELS = 30


def blocking_ratio(circuits: int, traffic_erl: float) -> float:
    """The part of calls that find every circuit busy: B(0) = 1, B(n) = A B(n-1) / (n + A B(n-1)).

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures or more than 100 000 circuits.

    Notes
    -----
    Source: erlang.com manual and forum (Erlang B).
    """
    between(0, MOST_CIRCUITS, circuits=circuits)
    not_negative(traffic_erl=traffic_erl)
    blocking = 1.0
    for number in range(1, circuits + 1):
        blocking = traffic_erl * blocking / (number + traffic_erl * blocking)
    return blocking


def circuit_count(traffic_erl: float, most_ratio: float) -> int:
    """The fewest circuits that carry the traffic with at most this blocking.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a blocking outside 0.000001..1 or traffic outside 0..100 000.
    """
    between(0, MOST_CIRCUITS, traffic_erl=traffic_erl)
    between(1e-6, 1, most_ratio=most_ratio)
    circuits, blocking = 0, 1.0 if traffic_erl else 0.0
    while blocking > most_ratio:
        circuits += 1
        blocking = traffic_erl * blocking / (circuits + traffic_erl * blocking)
    return circuits


def traffic_erl(circuits: int, most_ratio: float) -> float:
    """The traffic that so many circuits carry with just this blocking, to the last digit of a float.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a blocking outside 0.000001..0.999999, or circuits outside 0..100 000.
    """
    between(1e-6, 1 - 1e-6, most_ratio=most_ratio)
    low, high = 0.0, 1.0
    while circuits and blocking_ratio(circuits, high) < most_ratio:
        low, high = high, 2 * high
    while circuits and low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if blocking_ratio(circuits, middle) < most_ratio else (low, middle)
    return low


def e1_count(circuits: int) -> int:
    """The E1 that so many voice circuits need: 30 each.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative number.
    """
    not_negative(circuits=circuits)
    return ceil(circuits / E1_CHANNELS)
