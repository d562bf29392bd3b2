"""Places of cards and shelves: slots, rack units, watts and amperes by hand, and that none is taken twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.places import Frame, FreeSlot, Places, Power, RackRoom

WATTS, HEIGHTS = {"PON-8": 30.0, "OLT-16": 200.0, "POTS-32": 30.0, "AG-16": 150.0}, {"OLT-16": 14, "AG-16": 12}
LINES = {"OLT-16": [f"0/{no}" for no in range(1, 17)], "AG-16": ["0/1", "0/2"]}


def places(slots=(), racks=()) -> Places:
    return Places(list(slots), list(racks), WATTS, HEIGHTS, LINES)


def slot(code: str, *powers: Power, kind: str = "pon") -> FreeSlot:
    return FreeSlot(code, kind, 1, powers)


def test_a_card_takes_a_slot_of_its_type_where_the_power_lasts():
    """Two slots share 50 W: the second card has no power there. A slot for voice takes no PON card."""
    shared = Power(watts=50)
    found = places([slot("AG-1 0/1", kind="pots"), slot("OLT-1 0/1", shared), slot("OLT-1 0/2", shared)]).house("pon_card", 2)
    assert [put.place for put in found.cards] == ["OLT-1 0/1", "+OLT-16#1 0/1"]
    assert [put.place for put in found.shelves] == ["+R1@front:1-14 +OLT-16#1"] and [put.place for put in found.racks] == ["+R1"]
    assert (found.in_new, found.units, found.new_units, found.watts) == (1, 0, 14, 260.0)


def test_a_feed_bears_so_many_amperes():
    """1.2 A at 48 V are 57.6 W: one card of 30 W goes in, the next does not."""
    feed = Power(amps=1.2)
    found = places([slot("OLT-1 0/1", feed), slot("OLT-1 0/2", feed)]).house("pon_card", 2)
    assert [put.thing for put in found.cards] == [("equipment", 1), None]


def test_a_shelf_stands_where_units_are_free_on_end_and_the_rack_bears_it():
    low, hot = RackRoom("S/R/1", "S/R", set(range(1, 14)), Power()), RackRoom("S/R/2", "S/R", set(range(1, 43)), Power(watts=200))
    good = RackRoom("S/R/3", "S/R", {1, 2, *range(5, 43)}, Power(watts=500))
    book = places(racks=[low, hot, good])
    found = book.house("pon_card", 17)
    # A chassis of 200 W with sixteen cards of 30 W is too much for the racks there; one with the last card is not.
    assert [put.place for put in found.shelves] == ["S/R/+R1@front:1-14 +OLT-16#1", "S/R/3@front:5-18 +OLT-16#2"]
    assert (len(found.cards), found.in_new, found.units, found.new_units) == (17, 17, 14, 14)
    # What the first product left of the new shelf is there for the next, without another one.
    again = book.house("pon_card", 8)
    assert (len(again.cards), again.in_new, again.shelves) == (8, 0, [])
    assert [put.place for put in book.house("pots_card", 1).shelves] == ["S/R/1@front:1-12 +AG-16#3"]


def test_boxes_stand_one_in_each_structure_before_a_second():
    book = Places([], [], WATTS, HEIGHTS, LINES, [(1, "P-1"), (2, "P-2")])
    assert [put.place for put in book.put_up("dp", 1)] == ["P-1"]
    assert [put.thing for put in book.put_up("lan_switch", 3)] == [("structure", 2), ("structure", 1), ("structure", 2)]
    assert places().put_up("dp", 2) == []


def test_modules_go_to_the_frame_with_the_highest_load_and_strings_beside_the_frames():
    """150 of 200 A are 0.75, 50 of 100 A 0.5; with a module of 50 A more the first has 0.6, then 0.5: the second module goes there too."""
    frames = [Frame(1, "S/REC01", "S", 200, 150), Frame(2, "T/REC01", "T", 100, 50)]
    book = Places([], [], WATTS, HEIGHTS, LINES, (), frames, [(7, "OLT-1/UP-3")])
    assert [put.place for put in book.feed("rectifier_module", 2)] == ["S/REC01", "S/REC01"]
    assert [(put.place, put.thing) for put in book.feed("battery_string", 2)] == [("S", ("equipment", 1)), ("T", ("equipment", 2))]
    assert [(put.place, put.thing) for put in book.feed("uplink_10g", 2)] == [("OLT-1/UP-3", ("equipment", 7)), (None, None)]
    assert places().feed("rectifier_module", 1)[0].place is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["pon_card", "pots_card"]), st.integers(0, 12)), min_size=1, max_size=5), st.integers(0, 9),
       st.floats(0, 900), st.floats(0, 12))  # fmt: skip
def test_nothing_is_taken_twice(wishes, free, watts, amps):
    power, units = Power(watts=watts, amps=amps), {*range(1, 20), *range(25, 43)}
    rack = RackRoom("S/R/1", "S/R", set(units), power)
    book = places([slot(f"OLT-1 0/{no}", power) for no in range(free)], [rack])
    found = [book.house(item, count) for item, count in wishes]
    taken = [put.place for one in found for put in one.cards]
    assert len(taken) == len(set(taken)) == sum(count for _, count in wishes)
    spans = [put.place.split(" ")[0] for one in found for put in one.shelves]
    used = {}
    for span in spans:
        code, _, numbers = span.partition("@front:")
        low, high = map(int, numbers.split("-"))
        mine = set(range(low, high + 1))
        assert not mine & used.setdefault(code, set()) and (code != "S/R/1" or mine <= units)
        used[code] |= mine
    assert power.watts >= -1e-6 and power.amps >= -1e-6
