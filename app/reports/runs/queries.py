"""Who may see which saved question and which run; each is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.permissions import SEE_PERSONAL, may
from app.core.errors import NotFoundError, RuleError

MOST_RUNS = 100
# What a caller may see: their own, and what is shared; of runs that name persons nothing, where their role may not see persons.
_SEEN = "(s.owner = :login OR s.is_shared)"
_RUN_SEEN = f"{_SEEN} AND (:personal OR NOT r.sees_personal)"
_RUN = """r.id, r.saved_id, s.name, s.question, s.language, s.owner, r.actor, r.state, r.given, r.sees_personal, r.asked_at, r.started_at,
          r.ended_at, r.seconds, r.product_version, r.data_version, r.data_on, r.problem"""


@dataclass(frozen=True)
class Reader:
    """Who reads: their login and role; the area has been looked at by the gate, since answers reach across the region."""

    region_id: int
    login: str
    role: str

    @property
    def given(self) -> dict:
        """What statements take."""
        return {"region_id": self.region_id, "login": self.login, "personal": may(self.role, SEE_PERSONAL)}


def list_saved(session: Session, reader: Reader) -> Sequence:
    """The saved questions that the reader may see, their own first, each with its latest run that they may see."""
    sql = f"""
        SELECT s.*, s.owner = :login AS is_own, r.id AS run_id, r.state AS run_state, r.asked_at AS run_at, r.runs
        FROM saved_question s LEFT JOIN LATERAL (
          SELECT r.id, r.state, r.asked_at, count(*) OVER () AS runs FROM question_run r
          WHERE r.region_id = :region_id AND r.saved_id = s.id AND (:personal OR NOT r.sees_personal) ORDER BY r.id DESC LIMIT 1) r ON true
        WHERE s.region_id = :region_id AND {_SEEN}
        ORDER BY s.owner <> :login, s.id DESC"""  # noqa: S608 - parts of ours
    return session.execute(text(sql), reader.given).all()


def get_saved(session: Session, reader: Reader, saved_id: int):
    """One saved question.

    Raises
    ------
    NotFoundError
        ``SAVED_UNKNOWN``, also where the reader may not see it.
    """
    sql = f"SELECT s.*, s.owner = :login AS is_own FROM saved_question s WHERE s.region_id = :region_id AND s.id = :id AND {_SEEN}"  # noqa: S608
    row = session.execute(text(sql), {**reader.given, "id": saved_id}).one_or_none()
    if row is None:
        raise NotFoundError("SAVED_UNKNOWN", "There is no such saved question.", subject=str(saved_id))
    return row


def list_runs(session: Session, reader: Reader, saved_id: int) -> Sequence:
    """The newest runs of a saved question, without their answers."""
    sql = f"""SELECT {_RUN} FROM question_run r JOIN saved_question s ON s.region_id = :region_id AND s.id = r.saved_id
              WHERE r.region_id = :region_id AND r.saved_id = :id AND {_RUN_SEEN} ORDER BY r.id DESC LIMIT {MOST_RUNS}"""  # noqa: S608
    return session.execute(text(sql), {**reader.given, "id": saved_id}).all()


def get_run(session: Session, reader: Reader, run_id: int):
    """One run with its answer.

    Raises
    ------
    NotFoundError
        ``RUN_UNKNOWN``, also where the reader may not see it.
    """
    sql = f"""SELECT {_RUN}, r.answer FROM question_run r JOIN saved_question s ON s.region_id = :region_id AND s.id = r.saved_id
              WHERE r.region_id = :region_id AND r.id = :id AND {_RUN_SEEN}"""  # noqa: S608
    row = session.execute(text(sql), {**reader.given, "id": run_id}).one_or_none()
    if row is None:
        raise NotFoundError("RUN_UNKNOWN", "There is no such run.", subject=str(run_id))
    return row


def get_answered(session: Session, reader: Reader, run_id: int):
    """A run that has its answer.

    Raises
    ------
    NotFoundError
        ``RUN_UNKNOWN``.
    RuleError
        ``RUN_NOT_DONE``.
    """
    run = get_run(session, reader, run_id)
    if run.answer is None:
        told = "The run has no answer."
        raise RuleError("RUN_NOT_DONE", told, subject=str(run_id), found=run.state, expected="done", next_step="Wait, or ask again.")
    return run
