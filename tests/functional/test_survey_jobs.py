"""Jobs on a batch: done in a process of their own, stopped, killed, lost and found; nothing is ever half written."""
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli.jobs import run_apart
from app.core.errors import InputError, RuleError
from app.survey.declaration import Declaration
from app.survey.importing import import_surveys
from app.survey.jobs import ask_job, cancel_job, find_last_job, find_lost_jobs, run_job
from app.survey.uploads import Upload, plain_name, receive_files

pytestmark = [pytest.mark.functional]
HEAD = "code,kind,lon,lat\n"


@pytest.fixture
def folder(tmp_path, monkeypatch, engine):
    """The state directory, of this process and of those that it starts."""
    monkeypatch.setenv("NETGRID_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    return tmp_path


def hand_in(engine, region: int, folder, content: str, name: str = "points.csv") -> int:
    with Session(engine) as session, session.begin():
        uploads = [Upload(name, io.BytesIO(content.encode()))]
        return receive_files(session, region, uploads, "anna", Declaration(), None, False, folder)


def ask(engine, region: int, batch: int, kind: str) -> int:
    with Session(engine) as session, session.begin():
        return ask_job(session, region, batch, kind, "anna")


def last(engine, region: int, batch: int) -> dict:
    with Session(engine) as session:
        return find_last_job(session, region, batch)


def count(engine, table: str, region: int) -> int:
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table} WHERE region_id = :region"), {"region": region}).scalar_one()


def look(engine, region: int, batch: int) -> str:
    """The state of the batch's job after a look for lost ones."""
    with Session(engine) as session, session.begin():
        find_lost_jobs(session)
    return last(engine, region, batch)["state"]


def test_compare_apply_and_undo_by_jobs(engine, kept_region, folder):
    batch = hand_in(engine, kept_region, folder, HEAD + "P-1,pole,112.1,30.1\n")
    for kind, structures in (("compare", 0), ("apply", 1), ("undo", 0)):
        assert run_job(engine, kept_region, ask(engine, kept_region, batch, kind), folder) == "done"
        assert count(engine, "structure", kept_region) == structures, kind
    assert count(engine, "survey_difference", kept_region) == 1
    again = run_job(engine, kept_region, ask(engine, kept_region, batch, "apply"), folder)
    assert again == "failed" and last(engine, kept_region, batch)["problem"]["code"] == "BATCH_DONE"


def test_one_job_at_a_time(engine, kept_region, folder):
    batch = hand_in(engine, kept_region, folder, HEAD + "P-1,pole,112.1,30.1\n")
    job = ask(engine, kept_region, batch, "apply")
    with pytest.raises(RuleError, match="JOB_AT_WORK"):
        ask(engine, kept_region, batch, "compare")
    assert run_job(engine, kept_region, job, folder) == "done" and run_job(engine, kept_region, job, folder) == "taken"


def test_a_job_is_stopped_and_writes_nothing(engine, kept_region, folder):
    batch = hand_in(engine, kept_region, folder, HEAD + "P-1,pole,112.1,30.1\n")
    job = ask(engine, kept_region, batch, "apply")
    with engine.begin() as connection:
        connection.execute(text("UPDATE survey_job SET is_cancelled = true WHERE region_id = :region"), {"region": kept_region})
    assert run_job(engine, kept_region, job, folder) == "cancelled" and count(engine, "structure", kept_region) == 0
    ask(engine, kept_region, batch, "apply")
    with Session(engine) as session, session.begin():
        assert cancel_job(session, kept_region, batch)
    assert last(engine, kept_region, batch)["state"] == "cancelled"


def test_a_job_whose_process_is_gone_waits_again_and_then_has_failed(engine, kept_region, folder):
    batch = hand_in(engine, kept_region, folder, HEAD + "P-1,pole,112.1,30.1\n")
    job = ask(engine, kept_region, batch, "apply")
    running = text("UPDATE survey_job SET state = 'running', attempt_count = attempt_count + 1, beat_at = :at WHERE region_id = :region")
    for seconds, states in ((1, ("running", "running")), (10, ("running", "waiting")), (120, ("failed", "failed"))):
        with engine.connect() as holder:
            if last(engine, kept_region, batch)["state"] == "waiting":
                with engine.begin() as connection:
                    connection.execute(running, {"at": datetime.now(UTC) - timedelta(seconds=seconds), "region": kept_region})
            # Its process lives, and holds the row; who is silent for long has lost it nevertheless.
            holder.execute(text("SELECT FROM survey_job WHERE region_id = :region FOR KEY SHARE"), {"region": kept_region})
            assert look(engine, kept_region, batch) == states[0]
            holder.rollback()
            assert look(engine, kept_region, batch) == states[1]
        if states[1] == "running":
            with engine.begin() as connection:
                connection.execute(text("UPDATE survey_job SET state = 'waiting', attempt_count = 0 WHERE region_id = :region"),
                                   {"region": kept_region})  # fmt: skip
    assert last(engine, kept_region, batch)["problem"]["code"] == "JOB_LOST" and job == last(engine, kept_region, batch)["id"]


def test_a_process_that_ends_without_a_word_has_failed(engine, kept_region, folder, monkeypatch):
    batch = hand_in(engine, kept_region, folder, HEAD + "P-1,pole,112.1,30.1\n")
    job = ask(engine, kept_region, batch, "apply")
    monkeypatch.setattr("app.cli.jobs.MEMORY_MB", 16)
    run_apart(engine, kept_region, job)
    held = last(engine, kept_region, batch)
    assert held["state"] == "failed" and held["problem"]["code"] == "JOB_KILLED" and count(engine, "structure", kept_region) == 0


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "..\\x.csv", ".hidden.csv", "a/b.csv", "x\x00y.csv"])
def test_names_of_uploads_stay_inside(name):
    made = plain_name(name)
    assert "/" not in made and "\\" not in made and "\x00" not in made and not made.startswith(".") and made.endswith(".csv")


@pytest.mark.parametrize("name", ["shell.sh", "page.html", "noending"])
def test_other_kinds_of_files_are_refused_at_the_door(engine, kept_region, folder, name):
    with pytest.raises(InputError, match="FILE_KIND"):
        hand_in(engine, kept_region, folder, "x", name)
    assert not list(folder.rglob("*.*"))


def test_of_two_imports_of_one_file_at_once_one_runs(engine, kept_region, folder):
    path = folder / "points.csv"
    path.write_text(HEAD + "".join(f"P-{number},pole,{112 + number / 1e5:.5f},30.1\n" for number in range(2_000)))
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda actor: import_surveys(engine, [path], str(kept_region), actor=actor), ("anna", "bert")))
    assert sorted(report.changed for report in reports) == [False, True] and count(engine, "structure", kept_region) == 2_000
    waited = next(report for report in reports if not report.changed)
    assert waited.totals["unchanged"] == 2_000
