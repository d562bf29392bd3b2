"""Actions for lines: by hand, and that nothing is taken twice whatever is asked for."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from app.planning.actions import EXISTING, IDLE, REHOME, Ledger, _serve
from app.planning.needs import NeedRule
from app.planning.price_book import price

PLACE = SimpleNamespace(id=1, code="421022101001")
KEY = (1, "splitter_output", "")
RULE = NeedRule("ftth", "splitter_output", None, "community", 1.0, None, None, "splitter_8")


def ledger(idle=0, releasing=0, unusable=0, reserved=0, near=0):
    states = {"idle": idle, "releasing": releasing, "unusable": unusable, "reserved": reserved}
    return Ledger({KEY: states}, {KEY[1:]: [[2, "421022101002", near]]})


def test_what_is_there_comes_before_what_is_bought():
    """30 outputs: 5 idle, 2 given back, 3 reserved, 4 faulty, 6 next door; 10 are left for two splitters, of which 6 outputs stay over."""
    book = ledger(5, 2, 4, 3, 6)
    actions, need = _serve(book, "ftth", RULE, 30, PLACE)
    assert [(one.kind, one.units, one.pieces) for one in actions] == [
        ("use_idle", 5, 0), ("release", 2, 2), ("free_reserved", 3, 3), ("repair", 4, 4), ("rehome", 6, 6), ("add_splitter", 10, 2),
    ]  # fmt: skip
    assert (need.needed, need.missing, need.pieces) == (30, 10, 2)
    assert actions[-1].fen == 2 * price("splitter_8").fen_each and actions[4].grid_code == "421022101002"
    again, _ = _serve(book, "lan", RULE, 7, PLACE)
    assert [(one.kind, one.units) for one in again] == [("use_idle", 6), ("add_splitter", 1)]


def test_what_costs_more_than_a_new_one_is_not_done():
    rule = NeedRule("pots", "splitter_output", None, "community", 1.0, None, None, "number_block")
    actions, _ = _serve(ledger(0, 5, 5, 5, 5), "pots", rule, 4, PLACE)
    assert [one.kind for one in actions] == ["add_block"]


def test_what_comes_with_another_piece_is_told_there():
    """Splits of PON ports come with the card that follows; nothing gives watts that are missing."""
    splits = NeedRule("ftth", "pon_split", None, "town", 1.0, None, None, None)
    actions, need = _serve(Ledger({(1, "pon_split", ""): {"idle": 3}}), "ftth", splits, 10, PLACE)
    assert [(one.kind, one.units) for one in actions] == [("use_idle", 3)] and need.missing == 7
    watts = NeedRule("*", "rack_w", None, "town", None, "slot", 600.0, None)
    assert [(one.kind, one.units) for one in _serve(Ledger(), "ftth", watts, 600, PLACE)[0]] == [("none", 600)]


@given(st.tuples(*[st.integers(0, 12)] * 5), st.lists(st.integers(1, 30), min_size=1, max_size=4))
def test_no_unit_is_taken_twice(there, wishes):
    book, taken, bought = ledger(*there), {}, 0
    for wanted in wishes:
        actions, need = _serve(book, "ftth", RULE, wanted, PLACE)
        assert sum(one.units for one in actions) == wanted == need.needed
        for one in actions:
            taken[one.kind] = taken.get(one.kind, 0) + one.units
        bought += need.pieces
    most = dict(zip([IDLE, "release", "repair", "free_reserved", REHOME], there, strict=True))
    assert all(taken.get(kind, 0) <= most[kind] for kind in (*[kind for kind, _ in EXISTING.values()], REHOME))
    assert taken.get(IDLE, 0) + taken.get("add_splitter", 0) <= most[IDLE] + 8 * bought
    # No piece more than what all of them together lack.
    assert 8 * bought < max(sum(wishes) - sum(there), 0) + 8
