"""Accepting and refusing differences of a batch that is not applied yet: one, or all that a rule or layer names."""
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import InputError, NotFoundError, RuleError
from app.survey.batches import enter_state, get_batch
from app.survey.declaration import RULES, Decision
from app.survey.layers import layers
from app.survey.models import VERDICTS

_ADD = text("""
INSERT INTO survey_decision (region_id, batch_id, no, rule, layer, field, source_no, row_no, subject, verdict, actor, at)
SELECT :region, :batch, coalesce(max(no), 0) + 1, :rule, :layer, :field, CAST(:source_no AS int), CAST(:row_no AS bigint), :subject,
  :verdict, :actor, CAST(:at AS timestamptz)
FROM survey_decision WHERE region_id = :region AND batch_id = :batch""")
_MARK = text("""
UPDATE survey_difference SET verdict = :verdict WHERE region_id = :region AND batch_id = :batch
  AND (CAST(:rule AS text) IS NULL OR rule = :rule) AND (CAST(:layer AS text) IS NULL OR layer = :layer)
  AND (CAST(:field AS text) IS NULL OR field = :field)
  AND (CAST(:row_no AS bigint) IS NULL OR (row_no = :row_no AND source_no = :source_no))
  AND (CAST(:subject AS text) IS NULL OR subject = :subject)""")


def decide_one(session: Session, region: int, batch_id: int, number: int, verdict: str, actor: str) -> int:
    """Accept or refuse the difference of that number; how many were marked.

    Raises
    ------
    NotFoundError
        ``DIFFERENCE_UNKNOWN``.
    """
    row = session.execute(
        text("SELECT rule, layer, field, source_no, row_no, subject FROM survey_difference"
             " WHERE region_id = :region AND batch_id = :batch AND no = :no"),
        {"region": region, "batch": batch_id, "no": number},
    ).mappings().one_or_none()  # fmt: skip
    if row is None:
        raise NotFoundError("DIFFERENCE_UNKNOWN", "There is no such difference.", subject=str(number))
    return decide_all(session, region, batch_id, Decision(verdict, **row), actor)


def decide_all(session: Session, region: int, batch_id: int, decision: Decision, actor: str) -> int:
    """Accept or refuse every difference that fits; how many of those that are listed were marked.

    Raises
    ------
    InputError
        ``DECISION_WRONG``.
    RuleError
        ``BATCH_DONE``.
    """
    is_layer = decision.layer is None or decision.layer in layers()
    if not (decision.verdict in VERDICTS and decision.rule in RULES and is_layer):
        raise InputError("DECISION_WRONG", "This is no decision.", expected="accepted or refused, a rule, a layer")
    if get_batch(session, region, batch_id)["state"] in ("applied", "undone"):
        raise RuleError("BATCH_DONE", "The batch has been applied already.", subject=str(batch_id))
    given = {"region": region, "batch": batch_id, "actor": actor, "at": datetime.now(UTC), **vars(decision)}
    session.execute(_ADD, given)
    enter_state(session, region, batch_id, "decided")
    return session.execute(_MARK, given).rowcount
