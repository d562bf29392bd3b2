"""Python's collector of garbage in a process that serves for days: what was loaded stays, and answers are large."""
import gc

# Objects made between two looks: an answer of thousands of rows is made whole, and gone again, without one.
YOUNG = 50_000


def settle_collector() -> None:
    """Leave out what is loaded by now from every later look, and look less often. For the site's processes, once they have loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
