"""The worker, and the database itself, killed in the middle of an import: nothing half done, and it goes on by itself within seconds."""
import io
import os
import signal
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.database import is_away, make_engine
from app.core.jobs import prepare_queue
from app.core.journal import add_region
from app.survey.declaration import Declaration
from app.survey.jobs import begin_job, find_last_job
from app.survey.uploads import Upload, receive_files
from tests.conftest import REGION, fill_catalogue
from tests.databases import migrate
from tests.own_server import own_server
from tests.worker import start_worker

pytestmark = pytest.mark.functional
ROWS = 5_000
COUNT = text("SELECT count(*), count(DISTINCT code) FROM structure WHERE region_id = :region")
# From the kill to the second try, the server's own recovery included.
SOON_S = 45


class Place:
    """A server, a worker, and what they hold."""

    def __init__(self, url: str, folder):
        self.engine, self.folder, self.roads = make_engine(url), folder, 0
        migrate(self.engine)
        fill_catalogue(self.engine)
        with Session(self.engine) as session, session.begin():
            add_region(session, str(REGION), "荆州", "Jingzhou", 4546)
        prepare_queue(self.engine)
        self.worker = start_worker(self.engine)

    def hand_in(self, mark: str) -> int:
        """A batch of poles along a road of its own, whose import has begun to check and write."""
        self.roads += 1
        rows = "".join(f"{mark}-{number},pole,{112 + number / 1e5:.5f},{30 + self.roads / 10}\n" for number in range(ROWS))
        with Session(self.engine) as session, session.begin():
            upload = Upload("poles.csv", io.BytesIO(b"code,kind,lon,lat\n" + rows.encode()))
            batch = receive_files(session, REGION, [upload], "anna", Declaration(), None, False, self.folder)
        begin_job(self.engine, self.engine.url.render_as_string(hide_password=False), (REGION, batch), "apply", "anna")
        self.wait(batch, lambda job: (job["stage"] or "").startswith("check"), 120)
        return batch

    def wait(self, batch: int, is_so, seconds: float) -> dict:
        """The batch's job once it is so; at any moment all its rows are there, or none of them."""
        end, job = time.monotonic() + seconds, None
        while time.monotonic() < end:
            try:
                with Session(self.engine) as session:
                    job = find_last_job(session, REGION, batch)
                    rows = session.execute(COUNT, {"region": REGION}).one()[0]
                assert rows % ROWS == 0
                if is_so(job):
                    return job
            except DBAPIError as fault:
                assert is_away(fault)
            time.sleep(0.1)
        raise AssertionError(f"after {seconds} s the job is {job}")

    def goes_on(self, batch: int, rows: int) -> None:
        """The second try begins soon, and all is there at its end."""
        self.wait(batch, lambda job: job["state"] == "running" and job["attempt_count"] == 2, SOON_S)
        job = self.wait(batch, lambda job: job["state"] not in ("waiting", "running"), 120)
        assert (job["state"], job["problem"]) == ("done", None)
        with self.engine.connect() as connection:
            assert connection.execute(COUNT, {"region": REGION}).one() == (rows, rows)
            state = text("SELECT state FROM survey_batch WHERE region_id = :region AND id = :id")
            assert connection.execute(state, {"region": REGION, "id": batch}).scalar_one() == "applied"

    def kill_backend(self) -> None:
        """The longest of the server's transactions is killed like by a crash, and the server with it."""
        with self.engine.connect() as connection:
            longest = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()" \
                      " AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"  # fmt: skip
            pid = connection.execute(text(longest)).scalar_one()
        os.kill(pid, signal.SIGKILL)

    def end_connections(self) -> None:
        with self.engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                                    " AND pid <> pg_backend_pid()"))  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("state")
    with own_server() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETGRID_STATE_DIR", str(folder))
        place = Place(url, folder)
        yield place
        place.worker.kill()
        place.worker.wait()
        place.engine.dispose()


def test_killed_one_after_the_other_each_import_goes_on(place):
    killed_server = place.hand_in("DATABASE")
    place.kill_backend()
    place.goes_on(killed_server, ROWS)

    ended = place.hand_in("CONNECTIONS")
    place.end_connections()
    place.goes_on(ended, 2 * ROWS)

    killed_worker = place.hand_in("WORKER")
    place.worker.kill()
    place.worker.wait()
    place.worker = start_worker(place.engine)
    place.goes_on(killed_worker, 3 * ROWS)
