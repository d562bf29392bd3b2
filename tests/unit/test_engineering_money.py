"""Money in fen, unit costs, and quarters of China."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.core.errors import InputError
from app.engineering.money import fen_of_wan, fen_of_yuan, unit_cost_fen, wan_of_fen, yuan_of_fen
from app.engineering.quarters import Quarter, local_day, quarter_of, quarter_of_day


@pytest.mark.parametrize(
    ("wan", "fen"),
    [(1, 1_000_000), (322.7, 322_700_000), (1554.37, 1_554_370_000), (27.5, 27_500_000), ("279.5", 279_500_000), (-78.1, -78_100_000)],
)
def test_fen_of_wan(wan, fen):
    assert fen_of_wan(wan) == fen
    assert wan_of_fen(fen) == Decimal(str(wan))


def test_halves_of_a_fen_go_up():
    assert [fen_of_yuan(amount) for amount in ("0.004", "0.005", "483.66", "-0.005")] == [0, 1, 48_366, -1]
    assert yuan_of_fen(48_366) == Decimal("483.66")


@pytest.mark.parametrize("amount", ["", "a lot", float("nan"), float("inf"), "1e999999999"])
def test_what_is_no_amount(amount):
    with pytest.raises(InputError, match="MONEY_INVALID"):
        fen_of_wan(amount)


@pytest.mark.parametrize(
    ("wan", "count", "yuan"),
    [
        (322.7, 6672, "483.66"),
        (78.1, 2232, "349.91"),
        (170.9, 4300, "397.44"),
        (77.5, 4300, "180.23"),
        (358, 3800, "942.11"),
        (300, 3300, "909.09"),
    ],
)
def test_cost_of_a_line(wan, count, yuan):
    assert yuan_of_fen(unit_cost_fen(fen_of_wan(wan), count)) == Decimal(yuan)


@pytest.mark.parametrize(("wan", "count", "each"), [(238, 34, "7.00"), (279.5, 6, "46.58"), (27.5, 2, "13.75")])
def test_cost_of_a_station_a_village_and_a_kilometre(wan, count, each):
    assert round(wan_of_fen(unit_cost_fen(fen_of_wan(wan), count)), 2) == Decimal(each)


def test_no_unit_cost_of_nothing():
    assert unit_cost_fen(100, 0) is None
    with pytest.raises(InputError, match="MONEY_INVALID"):
        unit_cost_fen(100, -1)


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [("2005-03-31T17:00+00:00", "2005 Q2"), ("2005-03-31T15:59+00:00", "2005 Q1"), ("2004-12-31T16:00+00:00", "2005 Q1")]
    + [("2005-04-01T00:00+08:00", "2005 Q2"), ("1988-06-30T15:59+00:00", "1988 Q2")],
)
def test_quarters_of_moments(moment, quarter):
    assert str(quarter_of(datetime.fromisoformat(moment))) == quarter


def test_days_and_quarters():
    assert local_day(datetime(2005, 3, 31, 16, tzinfo=UTC)) == date(2005, 4, 1)
    assert [quarter_of_day(date(2005, month, 1)).number for month in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    quarters = [Quarter(2004, number) for number in (1, 2, 3, 4)] + [Quarter(2005, 1)]
    assert quarters == sorted(quarters, reverse=False)
    for before, after in zip(quarters, quarters[1:], strict=False):
        assert before.last_on + timedelta(days=1) == after.first_on
        assert quarter_of_day(before.last_on) == before and quarter_of_day(after.first_on) == after


def test_what_is_no_quarter():
    with pytest.raises(InputError, match="VALUE_IMPOSSIBLE"):
        Quarter(2005, 5)
    with pytest.raises(InputError, match="TIME_WITHOUT_ZONE"):
        quarter_of(datetime(2005, 3, 31))
