"""How many ports of an access point are looked at before an answer is given."""
from types import SimpleNamespace

import pytest

from app.operations import qualification
from app.operations.lines import Asked, Known, Search
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


def part(start: int, hop: int, input_key: int | None = None) -> SimpleNamespace:
    return SimpleNamespace(start_key=start, hop=hop, input_key=input_key)


@pytest.mark.parametrize("known", [None, Known()])
def test_ways_that_meet_at_a_splitter_have_its_part_in_common(monkeypatch, known):
    """What is told once belongs to every way; a ring of splitters ends."""
    told = {1: [part(1, 1), part(1, 2, 9)], 2: [part(2, 1, 9)], 9: [part(9, 1, 7)], 7: [part(7, 1, 9)], 3: []}
    reached, read = {1: (1, 9, 7), 2: (2, 9, 7), 3: (3,), 9: (9, 7), 7: (7, 9)}, []

    def read_rows(self, name, given):
        read.append(given["starts"])
        keys = dict.fromkeys(key for start in given["starts"] for key in reached[start])
        return [row for key in keys for row in told[key]]

    monkeypatch.setattr(Search, "_read", read_rows)
    search = Search(None, 1, known=known)
    walks = search.walk([1, 2, 3])
    assert {key: [(row.start_key, row.hop) for row in rows] for key, rows in walks.items()} == {
        1: [(1, 1), (1, 2), (9, 1), (7, 1)], 2: [(2, 1), (9, 1), (7, 1)], 3: [],
    }  # fmt: skip
    assert read == [[1, 2, 3]]
    # A search that knows what was read reads the common part no more.
    assert [row.start_key for row in search.walk([9])[9]] == [9, 7]
    assert len(read) == (1 if known else 2)
