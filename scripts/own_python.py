"""A script that is called by name runs with the packages of .venv, whatever Python the shell finds first."""
import importlib.util
import os
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / ".venv"


def use_own_python() -> None:
    """Start the calling script anew with the Python of .venv where this one lacks our packages; without one, say how to get it and end."""
    if importlib.util.find_spec("sqlalchemy") is not None:
        return
    program = FOLDER / "bin" / "python"
    if not program.exists() or Path(sys.prefix) == FOLDER:
        sys.exit(f"{Path(sys.argv[0]).name}: the Python packages are not installed; call scripts/run once, which installs them")
    os.execv(program, [str(program), *sys.argv])  # noqa: S606 - our own program
