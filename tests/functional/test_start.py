"""What the site loads when it starts: all of it is loaded three times by scripts/run, and once more by every command."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.functional
# Loads long, and only a tree of cables needs it.
LATE = ("numba",)


def test_what_loads_long_waits_until_it_is_needed():
    asked = f"import sys, app; app.create_app(); print([name for name in {LATE!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
