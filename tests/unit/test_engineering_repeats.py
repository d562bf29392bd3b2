"""Faults that come again."""

from datetime import date, timedelta

import pytest

from app.core.errors import InputError
from app.engineering.quarters import Quarter
from app.engineering.repeats import Fault, Repeat, VendorCase, is_install_defect, list_repeats, list_vendor_cases, repeat_rules


def day(number):
    """A day of 2005 by its number in the year."""
    return date(2004, 12, 31) + timedelta(days=number)


@pytest.mark.parametrize(
    ("days", "rules"),
    [
        ((1, 31), ("soon",)),
        ((1, 32), ()),
        ((5, 40, 80), ("quarter",)),
        ((80, 5, 40), ("quarter",)),
        # The third lies in the next quarter.
        ((5, 40, 91), ()),
        ((5, 6, 7), ("soon", "quarter")),
        ((5, 5), ("soon",)),
        ((5,), ()),
        ((), ()),
    ],
)
def test_rules_of_repeats(days, rules):
    assert repeat_rules(map(day, days)) == rules


def test_limits_are_the_callers():
    assert repeat_rules(map(day, (1, 31)), within_days=29) == ()
    assert repeat_rules(map(day, (5, 40, 80)), in_quarter=4) == ()


def test_repeats_by_subject():
    faults = [Fault("P-2", day(31)), Fault("P-1", day(1)), Fault("P-2", day(1)), Fault("P-3", day(2)), Fault("P-3", day(60))]
    assert list_repeats(faults) == [Repeat("P-2", ("soon",), (day(1), day(31)))]


def test_cases_for_the_vendor():
    faults = [Fault(f"P-{number}", day(number), "MA5100", "power") for number in (1, 45, 90)]
    others = [Fault("P-9", day(91), "MA5100", "power"), Fault("P-8", day(2), "MA5100", "card"), Fault("P-7", day(3), None, "power")]
    assert list_vendor_cases([*others, *faults]) == [VendorCase("MA5100", "power", Quarter(2005, 1), 3)]
    assert list_vendor_cases(faults[:2] + others) == []
    assert list_vendor_cases([Fault("P-1", day(1), "MA5100")] * 3) == []


def test_defects_of_installations():
    assert [is_install_defect(day(1), day(1 + number)) for number in (0, 15, 16)] == [True, True, False]
    with pytest.raises(InputError) as refused:
        is_install_defect(day(2), day(1))
    assert refused.value.subject == "fault_on"
