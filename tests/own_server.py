"""A PostGIS server of its own for tests that stop servers: made by the parts of the set-up, gone afterwards."""
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import ROOT

_START = """
set -euo pipefail
root=$1
for part in "$root"/scripts/setup/*.sh; do . "$part"; done
find_server >/dev/null || exit 77
make_state_directory
start_cluster >&2
make_roles
make_database netgrid >&2
database_url netgrid netgrid
"""
_STOP = """
root=$1
for part in "$root"/scripts/setup/*.sh; do . "$part"; done
make_state_directory
choose_places
find_programs
as_server "$programs/pg_ctl" stop -D "$data" -m immediate -w -t 60
rm -rf "$socket"
"""
_NO_SERVER = 77


@contextmanager
def own_server():
    """The URL of an empty database in a server that nobody else uses."""
    folder = Path(tempfile.mkdtemp(prefix="netgrid-server-"))
    # The server's own user must be able to pass.
    folder.chmod(0o711)
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    environment["NETGRID_STATE_DIR"] = str(folder / "state")

    def call(script: str):
        return subprocess.run(["bash", "-c", script, "bash", ROOT], env=environment, capture_output=True, text=True, check=False)

    try:
        answer = call(_START)
        if answer.returncode == _NO_SERVER:
            pytest.skip("no PostgreSQL server is installed here")
        assert answer.returncode == 0, answer.stderr
        yield answer.stdout.split()[-1]
    finally:
        call(_STOP)
        shutil.rmtree(folder, ignore_errors=True)
