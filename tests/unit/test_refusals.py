"""Who is told what another's search did not find."""

from functools import partial

from app.core.errors import RuleError
from app.operations.refusals import Refusals

WANTED = ("ftth", 7)


def refusal(code: str):
    return partial(RuleError, code, "nothing is free")


def test_only_who_asked_before_the_search_began_is_told():
    refused = Refusals()
    assert refused.find(WANTED, 1.0) is None
    refused.keep(WANTED, 2.0, refusal("FIRST"))
    assert refused.find(WANTED, 1.0).code == refused.find(WANTED, 2.0).code == "FIRST"
    assert refused.find(WANTED, 2.1) is None and refused.find(("ftth", 8), 1.0) is None
    # Each has an error of their own: one that is raised keeps what its request had at hand.
    assert refused.find(WANTED, 1.0) is not refused.find(WANTED, 1.0)


def test_the_latest_search_counts_however_late_an_earlier_one_ends():
    refused = Refusals()
    refused.keep(WANTED, 5.0, refusal("LATE"))
    refused.keep(WANTED, 3.0, refusal("EARLY"))
    assert refused.find(WANTED, 4.0).code == "LATE"


def test_no_more_are_kept_than_said():
    refused = Refusals(most=2)
    for no in range(3):
        refused.keep(("ftth", no), float(no), refusal(f"NO{no}"))
    assert [refused.find(("ftth", no), 0.0) and True for no in range(3)] == [None, True, True]
