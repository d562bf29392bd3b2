"""Terminations: the end of a strand or pair, or the face of a port, as one number, ``end_key``.

``end_key`` is conductor id x 8 + face (0 A end, 1 Z end), or port id x 8 + 4 + face (0 back, 1 front, 2 splitter input,
3 splitter output). So the other side of a conductor or of a panel's port is ``end_key ^ 1``; for a splitter only the table
of ports knows it.
"""
from dataclasses import dataclass

A_END, Z_END = 0, 1
BACK, FRONT, SPLIT_IN, SPLIT_OUT = 0, 1, 2, 3

# What a port of each role offers: a line card or ONU has one socket, a panel a back for the cable and a front for jumpers.
FACES_OF_ROLE = {"plain": (FRONT,), "panel": (BACK, FRONT), "split_in": (SPLIT_IN,), "split_out": (SPLIT_OUT,)}

_PORT = 4
_FIRST_SPLITTER = _PORT + SPLIT_IN


@dataclass(frozen=True)
class Termination:
    """An end of a conductor or a face of a port.

    Attributes
    ----------
    kind
        ``conductor`` or ``port``.
    id
        Key of the conductor or port inside its region.
    face
        ``A_END`` or ``Z_END``; ``BACK``, ``FRONT``, ``SPLIT_IN`` or ``SPLIT_OUT``.
    """

    kind: str
    id: int
    face: int

    @property
    def end_key(self) -> int:
        """The termination as one number."""
        return conductor_end(self.id, self.face) if self.kind == "conductor" else port_end(self.id, self.face)


def conductor_end(conductor_id: int, face: int) -> int:
    """The number of a conductor's end.

    Raises
    ------
    ValueError
        Where the face is not ``A_END`` or ``Z_END``.
    """
    if face not in (A_END, Z_END):
        raise ValueError(f"a conductor has no face {face}")
    return conductor_id * 8 + face


def port_end(port_id: int, face: int) -> int:
    """The number of a port's face.

    Raises
    ------
    ValueError
        Where the face is not one of the four.
    """
    if face not in (BACK, FRONT, SPLIT_IN, SPLIT_OUT):
        raise ValueError(f"a port has no face {face}")
    return port_id * 8 + _PORT + face


def parse_end(end_key: int) -> Termination:
    """The termination that a number stands for.

    Raises
    ------
    ValueError
        Where no termination has this number.
    """
    owner, low = divmod(end_key, 8)
    if end_key < 0 or low in (2, 3):
        raise ValueError(f"{end_key} is no termination")
    return Termination("conductor", owner, low) if low < _PORT else Termination("port", owner, low - _PORT)


def other_side(end_key: int) -> int | None:
    """The termination on the other side of the same conductor or panel port; None for a splitter, where the ports tell."""
    return None if end_key & 7 >= _FIRST_SPLITTER else end_key ^ 1


def fits_role(face: int, role: str) -> bool:
    """True where a port of this role has this face."""
    return face in FACES_OF_ROLE.get(role, ())
