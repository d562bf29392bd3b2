"""How many ports of an access point are looked at before an answer is given."""
from types import SimpleNamespace

import pytest

from app.operations import qualification
from app.operations.lines import Asked, Search
from app.operations.qualification import _find_frugally, product_named
from app.operations.rules.lines import Line, Reason

POINT = SimpleNamespace(id=1)
FULL = Reason(sorted(qualification.FULL)[0], {})


def line(*reasons: Reason) -> Line:
    return Line(POINT.id, "FB-1", True, 0.0, 112.2, 30.0, reasons=reasons)


@pytest.mark.parametrize(
    ("thin", "whole", "looked"),
    [([line()], [], [True]), ([line(FULL), line(FULL)], [line()], [True, False]), ([line(FULL)], [line(FULL)], [True, False])],
)
def test_all_ports_are_looked_at_before_a_place_is_refused(monkeypatch, thin, whole, looked):
    """A box whose first and last port lead to full cabinets may have another that does not."""
    asked, seen = Asked(112.2, 30.0, product_named("ftth")), []

    def find(search, given, points):
        seen.append(search.is_thin)
        return thin if search.is_thin else whole

    monkeypatch.setattr(qualification, "find_lines", find)
    found = _find_frugally(Search(None, 1), asked, [POINT])
    assert seen == looked and found == (thin + whole if len(looked) > 1 else thin)
