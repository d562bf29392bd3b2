"""Work on a batch that a worker does in a process of its own: compare, apply, undo; with progress, and an end whatever happens.

A run is one transaction, so a process that is killed leaves nothing half done, and the work can begin anew.
"""
import json
import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app.access.areas import recall_area
from app.core.database import is_away
from app.core.errors import NetGridError, RuleError
from app.core.jobs import wake
from app.survey.batches import enter_state, get_batch
from app.survey.declaration import Decision, Declaration
from app.survey.findings import ImportReport
from app.survey.hiding import hide_in_problem
from app.survey.importing import import_surveys
from app.survey.mapping.tables import find_kept_mapping, write_tables
from app.survey.readers.pictures import FOLDER
from app.survey.rights import Rights, find_own_grids, get_rights
from app.survey.undo import undo_batch

TASK = "survey"
BEAT_S, LOST_AFTER_S = 5, 40
# Between taking a job and holding its row.
HOLD_S = 3
TOLD_S = 0.5
ATTEMPTS = 2
# What a stage of the importer means for the batch.
_STATES = {"read": "read", "check and write": "checked", "count": "compared"}


class JobCancelled(Exception):
    """Somebody asked to stop."""


class JobTaken(Exception):
    """Another process was given the job, because this one was heard no more."""


@dataclass(frozen=True)
class Job:
    region: int
    id: int
    batch_id: int
    kind: str
    actor: str
    attempt: int


def ask_job(session: Session, region: int, batch_id: int, kind: str, actor: str) -> int:
    """The number of a new job, which waits for a worker.

    Raises
    ------
    RuleError
        ``JOB_AT_WORK`` where one of the batch has not ended.
    """
    given = {"region": region, "batch": batch_id}
    session.execute(text("SELECT 1 FROM survey_batch WHERE region_id = :region AND id = :batch FOR UPDATE"), given)
    busy = session.execute(
        text("SELECT id FROM survey_job WHERE region_id = :region AND batch_id = :batch AND state IN ('waiting', 'running')"),
        given,
    ).scalar()
    if busy is not None:
        raise RuleError("JOB_AT_WORK", "the batch is being worked on", subject=str(batch_id), next_step="wait for its end, or stop it")
    return session.execute(
        text("INSERT INTO survey_job (region_id, batch_id, kind, actor, created_at) VALUES (:region, :batch, :kind, :actor, :at)"
             " RETURNING id"),
        given | {"kind": kind, "actor": actor, "at": datetime.now(UTC)},
    ).scalar_one()


def begin_job(engine: Engine, url: str, batch: tuple[int, int], kind: str, actor: str) -> int:
    """The number of a new job of the batch (region, id), after the worker has been told of it.

    Parameters
    ----------
    url
        Of the database, for the queue's own connection.
    """
    with Session(engine) as session, session.begin():
        get_batch(session, *batch)
        job = ask_job(session, *batch, kind, actor)
    wake(url, TASK, f"{batch[0]}/{job}", region=batch[0], job=job)
    return job


def find_last_job(session: Session, region: int, batch_id: int) -> dict | None:
    """The latest job of a batch."""
    row = session.execute(
        text("SELECT * FROM survey_job WHERE region_id = :region AND batch_id = :batch ORDER BY id DESC LIMIT 1"),
        {"region": region, "batch": batch_id},
    ).mappings().one_or_none()
    return dict(row) if row else None


def cancel_job(session: Session, region: int, batch_id: int) -> bool:
    """True where a job of the batch was asked to stop; one that waits has ended by that."""
    return bool(session.execute(
        text("UPDATE survey_job SET is_cancelled = true, state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,"
             " ended_at = CASE state WHEN 'waiting' THEN CAST(:at AS timestamptz) END"
             " WHERE region_id = :region AND batch_id = :batch AND state IN ('waiting', 'running')"),
        {"region": region, "batch": batch_id, "at": datetime.now(UTC)},
    ).rowcount)  # fmt: skip


def find_lost_jobs(session: Session) -> list[tuple[int, int]]:
    """Every job that waits, of all regions; one whose process is gone waits again, or has failed when it was lost before.

    A process holds the row of its job as long as it lives. The beat is for one whose end the database has not heard of.
    """
    now = datetime.now(UTC)
    given = {"silent": now - timedelta(seconds=LOST_AFTER_S), "held": now - timedelta(seconds=HOLD_S)}
    lost = session.execute(text(
        "/* cross-region: jobs */ SELECT region_id, id FROM survey_job WHERE state = 'running' AND beat_at < :silent UNION"
        " SELECT region_id, id FROM (SELECT region_id, id FROM survey_job WHERE state = 'running' AND beat_at < :held"
        " FOR UPDATE SKIP LOCKED) gone"), given)  # fmt: skip
    for region, job in lost.all():
        _give_back(session, region, job)
    waiting = "/* cross-region: jobs */ SELECT region_id, id FROM survey_job WHERE state = 'waiting' ORDER BY created_at"
    rows = session.execute(text(waiting))
    return [tuple(row) for row in rows]


def give_back(engine: Engine, region: int, job_id: int) -> bool:
    """True where a job whose process lost the database waits again; false where it has failed, because it was lost before."""
    with Session(engine) as session, session.begin():
        return _give_back(session, region, job_id) == "waiting"


def _give_back(session: Session, region: int, job_id: int) -> str | None:
    given = {"region": region, "id": job_id, "limit": ATTEMPTS, "at": datetime.now(UTC), "problem": json.dumps(_LOST)}
    return session.execute(text(
        "UPDATE survey_job SET state = CASE WHEN attempt_count < :limit THEN 'waiting' ELSE 'failed' END,"
        " problem = CASE WHEN attempt_count < :limit THEN NULL ELSE CAST(:problem AS jsonb) END,"
        " ended_at = CASE WHEN attempt_count < :limit THEN NULL ELSE CAST(:at AS timestamptz) END"
        " WHERE region_id = :region AND id = :id AND state = 'running' RETURNING state"), given).scalar()  # fmt: skip


_REFUSED = {
    "code": "DATABASE_REFUSED", "message": "the database could not take it; nothing was written", "next_step": "tell your administrator",
}  # fmt: skip
_MEMORY = {"code": "JOB_MEMORY", "message": "the files need more memory than a job may take", "next_step": "split them"}
_LOST = {
    "code": "JOB_LOST", "message": "the worker or the database was stopped twice while it was at work; nothing was written",
    "next_step": "start it again",
}  # fmt: skip


def fail_job(engine: Engine, region: int, job_id: int, problem: dict) -> None:
    """End a job whose process ended without a word."""
    with Session(engine) as session, session.begin():
        session.execute(
            text("UPDATE survey_job SET state = 'failed', problem = CAST(:problem AS jsonb), ended_at = :at"
                 " WHERE region_id = :region AND id = :id AND state IN ('waiting', 'running')"),
            {"region": region, "id": job_id, "problem": json.dumps(problem), "at": datetime.now(UTC)},
        )  # fmt: skip


def run_job(engine: Engine, region: int, job_id: int, folder: Path) -> str:
    """Do a job that waits; its state at the end, or ``taken`` where another process has it.

    Parameters
    ----------
    folder
        The state directory, in which uploads lie.

    Raises
    ------
    DBAPIError, psycopg2.Error
        The database went away (``is_away``): nothing was written, and the job can begin anew (``give_back``).
    """
    job = _claim(engine, region, job_id)
    if job is None:
        return "taken"
    problem = None
    try:
        with _heard(engine, job) as tell:
            _DO[job.kind](engine, job, folder, tell)
        state = "done"
    except JobTaken:
        return "taken"
    except JobCancelled:
        state = "cancelled"
    except NetGridError as error:
        state, problem = "failed", _told(engine, job, error.as_dict())
    except MemoryError:
        state, problem = "failed", _MEMORY
    except (DBAPIError, psycopg2.Error) as fault:
        # COPY speaks to the driver itself.
        told = getattr(fault, "orig", fault)
        if is_away(fault) or not isinstance(told, psycopg2.OperationalError):
            raise
        state, problem = "failed", {**_REFUSED, "found": str(told).strip().splitlines()[0][:200]}
    _end(engine, job, state, problem)
    return state


def _claim(engine: Engine, region: int, job_id: int) -> Job | None:
    with Session(engine) as session, session.begin():
        row = session.execute(
            text("UPDATE survey_job SET state = 'running', started_at = :at, beat_at = :at, attempt_count = attempt_count + 1"
                 " WHERE region_id = :region AND id = :id AND state = 'waiting'"
                 " RETURNING region_id, id, batch_id, kind, actor, attempt_count"),
            {"region": region, "id": job_id, "at": datetime.now(UTC)},
        ).one_or_none()  # fmt: skip
    return Job(*row) if row else None


def _end(engine: Engine, job: Job, state: str, problem: dict | None) -> None:
    with Session(engine) as session, session.begin():
        session.execute(
            text("UPDATE survey_job SET state = :state, problem = CAST(:problem AS jsonb), ended_at = :at"
                 " WHERE region_id = :region AND id = :id AND attempt_count = :attempt"),
            {"region": job.region, "id": job.id, "attempt": job.attempt, "state": state, "at": datetime.now(UTC),
             "problem": json.dumps(problem) if problem else None},
        )


@contextmanager
def _heard(engine: Engine, job: Job):
    """Beats while this lasts; gives what tells progress, and stops the work once somebody has asked for it."""
    stop, seen = threading.Event(), {"at": 0.0, "stage": None, "state": None}
    given = {"region": job.region, "id": job.id, "attempt": job.attempt}

    def beat():
        while not stop.wait(BEAT_S):
            # Where the database is away, the work itself hears of it.
            with suppress(OperationalError), engine.begin() as connection:
                connection.execute(text("UPDATE survey_job SET beat_at = :at"
                                        " WHERE region_id = :region AND id = :id AND attempt_count = :attempt"),
                                   given | {"at": datetime.now(UTC)})  # fmt: skip

    def tell(stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if stage == seen["stage"] and now - seen["at"] < TOLD_S:
            return
        seen.update(at=now, stage=stage)
        with Session(engine) as session, session.begin():
            cancelled = session.execute(
                text("UPDATE survey_job SET stage = :stage, done_count = :done, total_count = :total, beat_at = :at"
                     " WHERE region_id = :region AND id = :id AND attempt_count = :attempt AND state = 'running' RETURNING is_cancelled"),
                given | {"stage": stage, "done": done, "total": total, "at": datetime.now(UTC)},
            ).scalar()  # fmt: skip
            if cancelled is None:
                raise JobTaken
            state = next((state for start, state in _STATES.items() if stage.startswith(start)), None)
            if job.kind != "undo" and state and state != seen["state"]:
                seen["state"] = state
                enter_state(session, job.region, job.batch_id, state)
        if cancelled:
            raise JobCancelled

    thread = threading.Thread(target=beat, daemon=True)
    with _held(engine, job):
        thread.start()
        try:
            yield tell
        finally:
            stop.set()
            thread.join()


@contextmanager
def _held(engine: Engine, job: Job):
    """The row of the job is held as long as this process lives: that it is free tells others of the process's end."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM survey_job WHERE region_id = :region AND id = :id FOR KEY SHARE"),
                           {"region": job.region, "id": job.id})  # fmt: skip
        yield


def _import(engine: Engine, job: Job, folder: Path, tell, dry_run: bool) -> ImportReport:
    with Session(engine) as session:
        batch = get_batch(session, job.region, job.batch_id)
        code = session.execute(text("SELECT code FROM region WHERE id = :id"), {"id": job.region}).scalar_one()
        survey = Declaration(
            batch["surveyor"], batch["surveyed_on"], batch["accuracy_m"], batch["stock_take"], tuple(read_decisions(session, job)),
        )  # fmt: skip
        rights = _rights(session, job, batch["area"])
    if batch["state"] in ("applied", "undone"):
        raise RuleError("BATCH_DONE", "the batch has been applied already", subject=str(job.batch_id), found=batch["state"])
    place = batch_folder(folder, job.region, job.batch_id)
    write_tables(place)
    return import_surveys(
        engine, [place], code, actor=job.actor, crs=batch["crs"], dry_run=dry_run, valid_rows_only=batch["valid_rows_only"],
        progress=tell, survey=survey, batch_id=job.batch_id, mapping=find_kept_mapping(place), rights=rights,
    )  # fmt: skip


def _rights(session: Session, job: Job, area: str) -> Rights:
    """What the job may do: what the person who began it may, within the area of the batch, whose findings others will read."""
    rights = get_rights(session, job.actor)
    return replace(rights, area=rights.area.within(recall_area(area)))


def _told(engine: Engine, job: Job, problem: dict) -> dict:
    """The problem without what lies outside of the job's area."""
    with Session(engine) as session:
        area = get_batch(session, job.region, job.batch_id)["area"]
        grids = find_own_grids(session, job.region, _rights(session, job, area))
        return hide_in_problem(session, job.region, grids, problem)


def read_decisions(session: Session, job: Job) -> Sequence[Decision]:
    """What was decided about the batch's differences, in order."""
    rows = session.execute(
        text("SELECT verdict, rule, layer, field, source_no, row_no, subject FROM survey_decision"
             " WHERE region_id = :region AND batch_id = :batch ORDER BY no"),
        {"region": job.region, "batch": job.batch_id},
    )  # fmt: skip
    return [Decision(*row) for row in rows]


def _compare(engine: Engine, job: Job, folder: Path, tell) -> None:
    _import(engine, job, folder, tell, dry_run=True)


def _apply(engine: Engine, job: Job, folder: Path, tell) -> None:
    if _import(engine, job, folder, tell, dry_run=False).changed:
        _drop_raw_photos(folder, job)


def _undo(engine: Engine, job: Job, folder: Path, tell) -> None:
    tell("undo", 0, 1)
    with Session(engine) as session, session.begin():
        undo_batch(session, job.region, job.batch_id, job.actor)
    _drop_raw_photos(folder, job)
    tell("undo", 1, 1)


def _drop_raw_photos(folder: Path, job: Job) -> None:
    """What a camera wrote beside its pictures is not kept longer than they need to be read."""
    shutil.rmtree(batch_folder(folder, job.region, job.batch_id) / FOLDER, ignore_errors=True)


_DO = {"compare": _compare, "apply": _apply, "undo": _undo}


def batch_folder(folder: Path, region: int, batch_id: int) -> Path:
    """Where the uploaded files of a batch lie."""
    return folder / "uploads" / str(region) / str(batch_id)
