"""scripts/run from nothing to a site that answers, and back to nothing."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN_DATABASE = ("DATABASE_URL", "WEB_DATABASE_URL", "TEST_DATABASE_URL", "SECRET_KEY")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="no PostgreSQL on this machine"),
]


@pytest.fixture
def state():
    """A state directory that the server's own user can pass through, as it could not through pytest's."""
    directory = Path(tempfile.mkdtemp(prefix="netgrid-run-"))
    directory.chmod(0o711)
    yield directory / "state"
    shutil.rmtree(directory)


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def start(state, port):
    """A function that starts scripts/run and returns the process and what it said once it was ready."""
    environment = {name: value for name, value in os.environ.items() if name not in OWN_DATABASE}
    environment["NETGRID_STATE_DIR"] = str(state)
    started = []

    def start():
        command = [ROOT / "scripts/run", "--empty", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Stop:" in line:
                break
        return process, "".join(lines)

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


def test_a_site_comes_up_with_a_password_once_and_leaves_nothing_running(start, state, port):
    process, said = start()
    assert f"http://127.0.0.1:{port}/" in said
    assert re.search(r"One-time password: \S{8,}", said)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:  # noqa: S310
        assert answer.status == 200

    second, refusal = start()
    assert second.wait(30) == 1
    assert "already at work" in refusal

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert not (state / "data/postmaster.pid").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0

    _, said = start()
    assert "password" not in said


def test_a_killed_run_is_repaired_by_the_next(start, state, port):
    process, _ = start()
    process.kill()
    process.communicate(timeout=60)
    assert (state / "data/postmaster.pid").exists()
    _, said = start()
    assert "NetGrid is ready" in said


def test_secrets_are_their_owners(start, state):
    start()
    for name in ("secret_key", "environment", "setup.log"):
        assert (state / name).stat().st_mode & 0o077 == 0
    assert (state / "socket").stat().st_mode & 0o077 == 0
