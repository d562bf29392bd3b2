"""Loop resistance, loss of ADSL, and rules of thumb."""

import pytest

from app.core.errors import InputError
from app.engineering.copper import AdslLoss, PairSection, Wire, adsl_loss, list_advice, loop_ohm


@pytest.mark.parametrize(
    ("sections", "ohm"),
    [([(3000, 0.4)], 888.0), ([(2000, 0.4)], 592.0), ([(1500, 0.5), (800, 0.4)], 521.8), ([(4000, 0.5), (1000, 0.4)], 1056.0), ([], 0)],
)
def test_resistance_of_loops(sections, ohm):
    assert loop_ohm(PairSection(*section) for section in sections) == pytest.approx(ohm)


def test_resistance_of_wires():
    assert [loop_ohm([PairSection(1000, gauge)]) for gauge in (0.4, 0.5, 0.6, 0.8)] == pytest.approx([296, 190, 131.6, 73.2])
    assert loop_ohm([PairSection(1000, 0.9)], [Wire(0.9, 29.0, "a maker's sheet")]) == 58


@pytest.mark.parametrize(
    ("length_m", "down", "up"), [(1000, 20, 14), (2000, 40, 25), (3000, 56, 36), (2500, 48, 30.5), (500, 10, 7), (0, 0, 0)]
)
def test_loss_of_adsl(length_m, down, up):
    assert adsl_loss(length_m) == AdslLoss(down, up)


def test_loss_of_adsl_beyond_the_table():
    assert adsl_loss(3001) is None


def test_advice_by_resistance():
    found = list_advice(ohm=888.0)
    assert [(row.service, row.rate_mbps, row.advice) for row in found] == [("ADSL", 1, "at_most")]
    assert [len(list_advice(ohm=ohm)) for ohm in (799, 800, 900, 901)] == [0, 1, 1, 0]


def test_advice_by_length():
    assert [[row.advice for row in list_advice(length_m=length)] for length in (300, 301, 500, 501)] == [
        ["best", "possible"],
        ["possible"],
        ["possible"],
        [],
    ]
    assert {row.rate_mbps for row in list_advice(length_m=100)} == {100}
    assert len(list_advice(850, 100)) == 3
    assert list_advice() == ()


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: loop_ohm([PairSection(-1, 0.4)]), "VALUE_IMPOSSIBLE"),
        (lambda: loop_ohm([PairSection(1, 0.7)]), "WIRE_UNKNOWN"),
        (lambda: adsl_loss(-1), "VALUE_IMPOSSIBLE"),
        (lambda: adsl_loss(1, 0.5), "WIRE_UNKNOWN"),
        (lambda: list_advice(ohm=-1), "VALUE_IMPOSSIBLE"),
    ],
)
def test_what_cannot_be(call, code):
    with pytest.raises(InputError) as refused:
        call()
    assert refused.value.code == code
