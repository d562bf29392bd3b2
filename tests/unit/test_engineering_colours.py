"""Colours of strands and pairs, worked out by hand from the sequences."""

import pytest

from app.core.errors import InputError
from app.engineering.colours import pair_colour, spare_pair_count, strand_colour


@pytest.mark.parametrize(
    ("strand", "per_tube", "tube", "fibre", "tube_colour", "fibre_colour"),
    [
        (1, 12, 1, 1, "blue", "blue"),
        (13, 12, 2, 1, "orange", "blue"),
        (24, 12, 2, 12, "orange", "aqua"),
        (37, 12, 4, 1, "brown", "blue"),
        (137, 12, 12, 5, "aqua", "slate"),
        (7, 6, 2, 1, "orange", "blue"),
    ],
)
def test_strands(strand, per_tube, tube, fibre, tube_colour, fibre_colour):
    found = strand_colour(strand, per_tube)
    assert (found.tube, found.fibre, found.tube_colour.en, found.fibre_colour.en) == (tube, fibre, tube_colour, fibre_colour)
    assert (found.tube_ring_count, found.fibre_ring_count) == (0, 0)


def test_the_twelve_colours():
    found = [strand_colour(number, 12).fibre_colour for number in range(1, 13)]
    assert [colour.zh for colour in found] == ["蓝", "橙", "绿", "棕", "灰", "白", "红", "黑", "黄", "紫", "粉红", "青绿"]
    assert [colour.en for colour in found] == (
        ["blue", "orange", "green", "brown", "slate", "white", "red", "black", "yellow", "violet", "rose", "aqua"]
    )


def test_colours_repeat_with_a_ring():
    found = strand_colour(288, 12)
    assert (found.tube, found.tube_colour.en, found.tube_ring_count, found.fibre_colour.en) == (24, "aqua", 1, "aqua")
    found = strand_colour(13, 24)
    assert (found.tube, found.fibre, found.fibre_colour.en, found.fibre_ring_count) == (1, 13, "blue", 1)


def test_lead_scheme():
    assert [strand_colour(strand, 6, 4, "lead").tube_colour.en for strand in (1, 7, 13, 19)] == ["red", "green", "natural", "natural"]
    assert strand_colour(1, 6, 1, "lead").tube_colour.en == "green"
    assert strand_colour(7, 6, 4, "lead").fibre_colour.en == "blue"


@pytest.mark.parametrize(
    ("pair", "unit", "place", "wires", "binder"),
    [
        (1, 1, 1, "白蓝", "白蓝"),
        (6, 1, 6, "红蓝", "白蓝"),
        (13, 1, 13, "黑绿", "白蓝"),
        (25, 1, 25, "紫灰", "白蓝"),
        (26, 2, 1, "白蓝", "白橙"),
        (137, 6, 12, "黑橙", "红蓝"),
        (600, 24, 25, "紫灰", "紫棕"),
    ],
)
def test_pairs(pair, unit, place, wires, binder):
    found = pair_colour(pair)
    assert (found.unit, found.pair, found.lead.zh + found.mate.zh) == (unit, place, wires)
    assert "".join(colour.zh for colour in found.binder) == binder


def test_units_beyond_the_colours():
    assert pair_colour(625).binder is not None
    found = pair_colour(626)
    assert (found.unit, found.pair, found.lead.zh + found.mate.zh, found.binder) == (26, 1, "白蓝", None)


@pytest.mark.parametrize(
    ("pairs", "most", "spare"), [(50, 6, 0), (99, 6, 0), (100, 6, 1), (300, 6, 3), (600, 6, 6), (2400, 6, 6), (2400, 10, 10)]
)
def test_spare_pairs(pairs, most, spare):
    assert spare_pair_count(pairs, most) == spare


@pytest.mark.parametrize(
    ("call", "subject"),
    [
        (lambda: strand_colour(0, 12), "strand"),
        (lambda: strand_colour(1, 0), "fibres_per_tube"),
        (lambda: strand_colour(25, 12, 2), "strand"),
        (lambda: strand_colour(1, 12, scheme="lead"), "tube_count"),
        (lambda: pair_colour(0), "pair"),
        (lambda: spare_pair_count(-1), "pair_count"),
    ],
)
def test_what_cannot_be(call, subject):
    with pytest.raises(InputError) as refused:
        call()
    assert (refused.value.code, refused.value.subject) == ("VALUE_IMPOSSIBLE", subject)


def test_unknown_scheme():
    with pytest.raises(InputError, match="SCHEME_UNKNOWN"):
        strand_colour(1, 12, scheme="rainbow")
