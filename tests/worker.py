"""A real worker beside a site under test, with the queue in the test's database; both are gone afterwards."""
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from app.core.jobs import SCHEMA, prepare_queue

ROOT = Path(__file__).parent.parent


def start_worker(engine) -> subprocess.Popen:
    """A worker process on the engine's database."""
    environment = {**os.environ, "DATABASE_URL": engine.url.render_as_string(hide_password=False), "FLASK_SKIP_DOTENV": "1"}
    environment.pop("WEB_DATABASE_URL", None)
    return subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "jobs", "work"], cwd=ROOT, env=environment)


@contextmanager
def working(engine):
    """A worker as long as this lasts."""
    prepare_queue(engine)
    worker = start_worker(engine)
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGTERM)
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
