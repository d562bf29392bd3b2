"""What a process of the site tells Python's collector."""
import gc

import pytest

from app.core.collector import YOUNG, settle_collector


@pytest.fixture
def collector():
    """The collector's settings are put back."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_loaded_is_left_out_and_looks_are_rarer(collector):
    settle_collector()
    assert gc.get_freeze_count() > 1_000
    assert gc.get_threshold()[0] == YOUNG
    assert gc.isenabled()
