"""The limbs of a PON tree: the way of light from the last splitter before a customer up to the PON port. Pure.

A customer falls with its limb, not with the whole tree: splitters of the second level share the first one's feeder and nothing below.
"""
from collections.abc import Mapping

FACE_IN, FACE_OUT = 6, 7
LONGEST = 500


def climb(start: int, joined: Mapping[int, int], inputs: Mapping[int, int]) -> tuple[list[int], bool]:
    """The things passed from a splitter's input upwards, and whether a port of equipment was reached.

    Parameters
    ----------
    start
        Key of the splitter's input port.
    joined
        Termination -> termination that it is joined to, within the tree; see ``network.rules.terminations``.
    inputs
        Output port of a splitter in the tree -> its input port.

    Returns
    -------
    tuple
        Things as ``end_key`` of face 0 (conductors) or back (ports), the first the splitter's input itself.
    """
    passed, seen, leaving = [start * 8 + 4], {start * 8 + 4}, start * 8 + FACE_IN
    for _ in range(LONGEST):
        at = joined.get(leaving)
        if at is None:
            return passed, False
        thing = thing_of(at)
        if thing in seen:
            return passed, False
        passed.append(thing)
        seen.add(thing)
        if at & 7 == FACE_OUT:
            above = inputs.get(at >> 3)
            if above is None or above * 8 + 4 in seen:
                return passed, False
            passed.append(above * 8 + 4)
            seen.add(above * 8 + 4)
            leaving = above * 8 + FACE_IN
        elif at & 7 < FACE_IN and (at ^ 1) in joined:
            leaving = at ^ 1
        else:
            return passed, at & 7 == 5
    return passed, False


def thing_of(end_key: int) -> int:
    """One number for a conductor or port, whichever of its faces is named."""
    return end_key & ~7 | (4 if end_key & 4 else 0)
