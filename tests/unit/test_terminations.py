"""The arithmetic of terminations."""

import pytest

from app.network.rules.terminations import (
    A_END,
    BACK,
    FACES_OF_ROLE,
    FRONT,
    SPLIT_IN,
    SPLIT_OUT,
    Z_END,
    Termination,
    conductor_end,
    fits_role,
    other_side,
    parse_end,
    port_end,
)


@pytest.mark.parametrize(
    ("end_key", "termination"),
    [
        (conductor_end(17, A_END), Termination("conductor", 17, A_END)),
        (conductor_end(17, Z_END), Termination("conductor", 17, Z_END)),
        (port_end(17, BACK), Termination("port", 17, BACK)),
        (port_end(17, FRONT), Termination("port", 17, FRONT)),
        (port_end(17, SPLIT_IN), Termination("port", 17, SPLIT_IN)),
        (port_end(17, SPLIT_OUT), Termination("port", 17, SPLIT_OUT)),
    ],
)
def test_number_and_termination_are_one(end_key, termination):
    assert parse_end(end_key) == termination
    assert termination.end_key == end_key


def test_numbers_are_those_of_the_table():
    assert [conductor_end(5, face) for face in (0, 1)] == [40, 41]
    assert [port_end(5, face) for face in (0, 1, 2, 3)] == [44, 45, 46, 47]


def test_large_keys_stay_exact():
    assert parse_end(conductor_end(10**17 + 1, Z_END)) == Termination("conductor", 10**17 + 1, Z_END)


@pytest.mark.parametrize("face", [-1, 2, 3])
def test_conductor_has_two_ends(face):
    with pytest.raises(ValueError, match="no face"):
        conductor_end(1, face)


@pytest.mark.parametrize("face", [-1, 4])
def test_port_has_four_faces(face):
    with pytest.raises(ValueError, match="no face"):
        port_end(1, face)


@pytest.mark.parametrize("end_key", [42, 43, -1])
def test_other_numbers_are_no_terminations(end_key):
    with pytest.raises(ValueError, match="no termination"):
        parse_end(end_key)


def test_other_side():
    assert other_side(conductor_end(5, A_END)) == conductor_end(5, Z_END)
    assert other_side(conductor_end(5, Z_END)) == conductor_end(5, A_END)
    assert other_side(port_end(5, BACK)) == port_end(5, FRONT)
    assert other_side(port_end(5, FRONT)) == port_end(5, BACK)
    assert other_side(port_end(5, SPLIT_IN)) is None
    assert other_side(port_end(5, SPLIT_OUT)) is None


def test_faces_of_roles():
    assert fits_role(FRONT, "plain") and not fits_role(BACK, "plain")
    assert fits_role(BACK, "panel") and fits_role(FRONT, "panel") and not fits_role(SPLIT_IN, "panel")
    assert fits_role(SPLIT_IN, "split_in") and not fits_role(SPLIT_OUT, "split_in")
    assert not fits_role(FRONT, "unheard-of")
    assert sorted(face for faces in FACES_OF_ROLE.values() for face in faces) == [0, 1, 1, 2, 3]
