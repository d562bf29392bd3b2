"""A silent HiGHS. Its first solver of a process prints a banner whatever it is told, which would spoil what commands print."""
import ctypes
import os
import sys
from functools import cache

import highspy


def make_solver() -> highspy.Highs:
    """A solver without a model that prints nothing."""
    _swallow_banner()
    solver = highspy.Highs()
    solver.silent()
    return solver


@cache
def _swallow_banner() -> None:
    library = ctypes.CDLL(None)
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()
        library.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
