"""Amounts divided so that the parts sum to the whole again."""

from decimal import Decimal

import pytest

from app.core.errors import InputError
from app.engineering.shares import split_amount


def test_a_shared_cabinet():
    assert split_amount(288, (120, 80)) == (Decimal("172.8"), Decimal("115.2"))


@pytest.mark.parametrize(
    ("total", "weights", "decimals", "parts"),
    [
        (100, (1, 1, 1), 1, ("33.4", "33.3", "33.3")),
        (100, (1, 1, 1), 0, ("34", "33", "33")),
        (2, (1, 1, 1), 0, ("1", "1", "0")),
        (10, (0, 3, 0), 1, ("0.0", "10.0", "0.0")),
        (0, (1, 2), 1, ("0.0", "0.0")),
        (7, (1, 5), 0, ("1", "6")),
    ],
)
def test_left_over_digits(total, weights, decimals, parts):
    assert split_amount(total, weights, decimals) == tuple(map(Decimal, parts))


def test_parts_sum_to_the_whole():
    for total in range(0, 400, 7):
        for weights in ((1, 2, 4), (386, 1, 13, 0), (3,) * 11):
            for decimals in (0, 1, 3):
                parts = split_amount(total, weights, decimals)
                assert sum(parts) == total
                exact = [Decimal(total * weight) / sum(weights) for weight in weights]
                assert max(abs(part - share) for part, share in zip(parts, exact, strict=True)) < Decimal(1).scaleb(-decimals)


def test_nothing_to_divide_by():
    assert split_amount(288, (0, 0)) is None
    assert split_amount(288, ()) is None


@pytest.mark.parametrize(
    ("call", "subject"),
    [
        (lambda: split_amount(-1, (1,)), "total"),
        (lambda: split_amount(1, (1, -1)), "weight"),
        (lambda: split_amount(1, (1,), 7), "decimals"),
    ],
)
def test_what_cannot_be(call, subject):
    with pytest.raises(InputError) as refused:
        call()
    assert (refused.value.code, refused.value.subject) == ("VALUE_IMPOSSIBLE", subject)
