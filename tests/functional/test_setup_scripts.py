"""The two programs refuse what they cannot do, before they touch anything."""
import os
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def call(tmp_path):
    """A function that calls ``scripts/run`` with a state directory of its own."""

    def run(*arguments, **variables):
        environment = {**os.environ, "NETGRID_STATE_DIR": str(tmp_path / "state"), **variables}
        return subprocess.run([ROOT / "scripts/run", *arguments], env=environment, capture_output=True, text=True, timeout=60)

    return run


def test_help_names_every_option(call):
    answer = call("--help")
    assert answer.returncode == 0
    for option in ("--empty", "--data", "--scale", "--port", "--reset", "--stop", "DATABASE_URL"):
        assert option in answer.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"], ["--port"], ["--port", "99999"], ["--scale", "0"], ["--scale=big"], ["--data"], ["--data", "/no/such/file"],
        ["--empty", "--data", "/tmp"],
    ],
)  # fmt: skip
def test_wrong_usage_is_one_sentence_and_code_2(call, arguments):
    answer = call(*arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert len(answer.stderr.splitlines()) == 1


def test_a_port_in_use_is_told_at_once(call):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = call("--port", port)
    assert answer.returncode == 1
    assert answer.stderr == f"scripts/run: port {port} is in use by another program; choose another with --port\n"


def test_reset_leaves_the_operators_database_alone(call):
    answer = call("--reset", DATABASE_URL="postgresql://netop@127.0.0.1:1/plant")
    assert answer.returncode == 2
    assert "--reset drops the private database only" in answer.stderr


def test_stop_without_anything_to_stop_is_no_error(call):
    assert call("--stop").returncode == 0


@pytest.mark.parametrize("script", ["import_inventory.py", "make_demo_county.py"])
def test_scripts_find_the_packages_whatever_python_the_shell_has(script, tmp_path):
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    answer = subprocess.run([ROOT / "scripts" / script, "--help"], cwd=tmp_path, env=bare, capture_output=True, text=True, timeout=60)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"usage: {script}")
