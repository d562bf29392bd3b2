"""How many ports of an access point are looked at before an answer is given."""
from types import SimpleNamespace

import pytest

from app.operations import qualification
from app.operations.lines import Asked, Search
from app.operations.qualification import find_best, product_named
from app.operations.rules.lines import VERDICTS, Line, Reason

POINT = SimpleNamespace(id=1, is_served=True)
OTHER = SimpleNamespace(id=2, is_served=False)
ASKED = Asked(112.2, 30.0, product_named("ftth"))
FULL = Reason(sorted(qualification.FULL)[0], {})


def line(*reasons: Reason, at=POINT) -> Line:
    return Line(at.id, f"FB-{at.id}", at.is_served, 0.0, 112.2, 30.0, reasons=reasons)


@pytest.fixture
def look(monkeypatch):
    """A function: what is found at these access points with these lines, looked at thinly and wholly; and how they were looked at."""

    def look(points, thin, whole=(), **options):
        seen = []

        def find(search, _asked, asked_points):
            seen.append((search.is_thin, [point.id for point in asked_points]))
            return [one for one in (thin if search.is_thin else whole) if one.access_id in seen[-1][1]]

        monkeypatch.setattr(qualification, "find_lines", find)
        monkeypatch.setattr(qualification, "list_access_points", lambda *_: points)
        return find_best(Search(None, 1), ASKED, 3, **options), seen

    return look


@pytest.mark.parametrize(
    ("thin", "whole", "looked"),
    [([line()], [], [True]), ([line(FULL), line(FULL)], [line()], [True, False]), ([line(FULL)], [line(FULL)], [True, False])],
)
def test_all_ports_are_looked_at_before_a_place_is_refused(look, thin, whole, looked):
    """A box whose first and last port lead to full cabinets may have another that does not."""
    found, seen = look([POINT], thin, whole)
    assert [is_thin for is_thin, _ in seen] == looked
    assert found[0].verdict == min((one.verdict for one in [*thin, *whole]), key=VERDICTS.index)


def test_what_nothing_ranks_before_ends_a_search_early(look):
    found, seen = look([POINT, OTHER], [line(), line(at=OTHER)], ends_early=True)
    assert seen == [(True, [1])] and [one.access_id for one in found] == [1]


def test_others_are_looked_at_where_the_named_access_point_is_full(look):
    found, seen = look([POINT, OTHER], [line(FULL), line(at=OTHER)], [line(FULL)], ends_early=True)
    assert seen[:2] == [(True, [1]), (True, [2])] and [(one.access_id, one.verdict) for one in found] == [(2, "yes"), (1, found[1].verdict)]
