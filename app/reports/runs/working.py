"""A run worked out: claimed, asked with the inputs that it keeps, and ended with its answer or with the reason why there is none."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import monotonic

from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from app.core.errors import NetGridError
from app.reports.questions.asking import ask
from app.reports.questions.registry import find_question
from app.reports.questions.tables import Answer, tell_answer

TASK = "question"
# So many rows of a table are kept; the file of a live answer has them all.
MOST_ROWS = 20_000
# A run that began so long ago is heard of no more; it is begun again once.
LOST_AFTER = timedelta(minutes=30)
ATTEMPTS = 2
# A role that sees no persons, and one that does.
ROLES = {False: "viewer", True: "desk"}
_LOST = {"code": "RUN_LOST", "message": "the worker was stopped twice while it was at work", "next_step": "ask again"}
_MEMORY = {"code": "RUN_MEMORY", "message": "the answer needs more memory than a run may take", "next_step": "ask for a smaller area"}

Draw = Callable[[Session, int, Answer, str], dict]


@cache
def product_version() -> str:
    """The digest of the program and of the figures that it reads: the same digest answers the same data alike."""
    digest, root = hashlib.sha256(), Path(__file__).parents[2]
    for path in sorted(path for path in root.rglob("*") if path.suffix in (".py", ".csv", ".sql")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def answer_run(engine: Engine, region_id: int, run_id: int, draw: Draw) -> str:
    """The state at the end, or ``taken`` where the run does not wait.

    Parameters
    ----------
    draw
        What the answer has on the map, by kind:key, and the ground beneath; told by the floor of pictures.
    """
    run = _claim(engine, region_id, run_id)
    if run is None:
        return "taken"
    began, answer, problem, dated = monotonic(), None, None, {}
    try:
        with Session(engine) as session:
            # One view of the data: the version told is the one that was asked.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            dated = data_of(session, region_id)
            question = find_question(run.question)
            values, found = ask(session, region_id, question, run.given, run.language, ROLES[run.sees_personal])
            answer = {**tell_answer(question, values, found, run.language), **draw(session, region_id, found, run.language)}
            for table in answer["tables"]:
                table.update(total=len(table["rows"]), rows=table["rows"][:MOST_ROWS], things=table["things"][:MOST_ROWS])
    except NetGridError as error:
        problem = json.loads(json.dumps(error.as_dict(), default=str))
    except MemoryError:
        problem = _MEMORY
    _end(engine, region_id, run_id, answer, problem, round(monotonic() - began, 3), dated)
    return "failed" if problem else "done"


def data_of(session: Session, region_id: int) -> dict:
    """The region's version and the day of its last change."""
    sql = """SELECT s.version, (SELECT max(c.at)::date FROM change c WHERE c.region_id = :region) AS data_on
             FROM region_state s WHERE s.region_id = :region"""
    row = session.execute(text(sql), {"region": region_id}).one_or_none()
    return {"data_version": row.version, "data_on": row.data_on} if row else {"data_version": 0, "data_on": None}


def _claim(engine: Engine, region_id: int, run_id: int):
    with Session(engine) as session, session.begin():
        return session.execute(
            text("UPDATE question_run r SET state = 'running', started_at = :at, attempt_count = r.attempt_count + 1 FROM saved_question s"
                 " WHERE r.region_id = :region AND r.id = :id AND r.state = 'waiting' AND s.region_id = :region AND s.id = r.saved_id"
                 " RETURNING s.question, s.language, r.given, r.sees_personal"),
            {"region": region_id, "id": run_id, "at": datetime.now(UTC)},
        ).one_or_none()  # fmt: skip


def _end(engine: Engine, region_id: int, run_id: int, answer: dict | None, problem: dict | None, seconds: float, dated: dict) -> None:
    values = {
        "region": region_id, "id": run_id, "state": "failed" if problem else "done", "at": datetime.now(UTC), "seconds": seconds,
        "answer": answer and json.dumps(answer, ensure_ascii=False), "problem": problem and json.dumps(problem, ensure_ascii=False),
        "product": product_version(), "version": dated.get("data_version"), "day": dated.get("data_on"),
    }  # fmt: skip
    with Session(engine) as session, session.begin():
        session.execute(
            text("UPDATE question_run SET state = :state, ended_at = :at, seconds = :seconds, answer = CAST(:answer AS jsonb),"
                 " problem = CAST(:problem AS jsonb), product_version = :product, data_version = :version, data_on = :day"
                 " WHERE region_id = :region AND id = :id AND state = 'running'"), values,
        )  # fmt: skip


def fail_run(engine: Engine, region_id: int, run_id: int, problem: dict) -> None:
    """End a run whose process ended without a word."""
    with Session(engine) as session, session.begin():
        session.execute(
            text("UPDATE question_run SET state = 'failed', ended_at = :at, problem = CAST(:problem AS jsonb)"
                 " WHERE region_id = :region AND id = :id AND state IN ('waiting', 'running')"),
            {"region": region_id, "id": run_id, "at": datetime.now(UTC), "problem": json.dumps(problem)},
        )  # fmt: skip


def find_waiting(session: Session, now: datetime) -> Sequence[tuple[int, int]]:
    """Every run that waits, of all regions; one that is heard of no more waits again, or has failed when it was lost before."""
    given = {"limit": ATTEMPTS, "before": now - LOST_AFTER, "at": now, "problem": json.dumps(_LOST)}
    session.execute(
        text("/* cross-region: jobs */ UPDATE question_run SET state = CASE WHEN attempt_count < :limit THEN 'waiting' ELSE 'failed' END,"
             " problem = CASE WHEN attempt_count < :limit THEN NULL ELSE CAST(:problem AS jsonb) END,"
             " ended_at = CASE WHEN attempt_count < :limit THEN NULL ELSE CAST(:at AS timestamptz) END"
             " WHERE state = 'running' AND started_at < :before"), given,
    )  # fmt: skip
    rows = session.execute(text("/* cross-region: jobs */ SELECT region_id, id FROM question_run WHERE state = 'waiting' ORDER BY id"))
    return [tuple(row) for row in rows]
