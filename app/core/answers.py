"""Answers kept by the key that a request brought, so that a request sent twice is done once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.database import NETWORK, Base
from app.core.errors import InputError
from app.core.prepared import ask, later

KEPT_DAYS = 7
KEY_LENGTH_MAX = 200
_CLAIM = (
    "INSERT INTO kept_answer (region_id, actor, key, request_hash, at) VALUES (:region_id, :actor, :key, :hash, :now)"
    " ON CONFLICT DO NOTHING RETURNING 1"
)
_KEPT = "SELECT request_hash, status, headers, body FROM kept_answer WHERE region_id = :region_id AND actor = :actor AND key = :key"
_KEEP = (
    "UPDATE kept_answer SET status = :status, headers = CAST(:headers AS jsonb), body = :body"
    " WHERE region_id = :region_id AND actor = :actor AND key = :key"
)


class KeptAnswer(Base):
    """The answer to a request with an idempotency key, written in the transaction that did what was asked."""

    __tablename__ = "kept_answer"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "actor", "key"),
        CheckConstraint(f"length(key) BETWEEN 1 AND {KEY_LENGTH_MAX}", name="key"),
        Index("ix_kept_answer_at", "region_id", "at"),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("region.id"))
    actor: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    headers: Mapped[dict | None] = mapped_column(JSONB)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


@dataclass(frozen=True)
class Answer:
    """An answer as it was given the first time."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Request:
    """Whose request it is, its key, and what it asks: the same key may not ask for something else."""

    region_id: int
    actor: str
    key: str
    content: bytes

    @property
    def place(self) -> dict:
        return {"region_id": self.region_id, "actor": self.actor, "key": self.key}


def claim_key(session: Session, request: Request, now: datetime) -> Answer | None:
    """None where the request is the first with its key; else the answer that the first one got, for which it waits.

    Raises
    ------
    InputError
        ``IDEMPOTENCY_KEY_BAD``, or ``IDEMPOTENCY_KEY_REUSED`` where the key came with another request before.
    """
    if not 0 < len(request.key) <= KEY_LENGTH_MAX or not request.key.isprintable():
        expected = f"1 to {KEY_LENGTH_MAX} printable characters"
        raise InputError("IDEMPOTENCY_KEY_BAD", "The idempotency key is not usable.", expected=expected)
    digest = hashlib.sha256(request.content).digest()
    given = {**request.place, "hash": digest, "now": now}
    if ask(session, _CLAIM, given).scalar():
        return None
    row = ask(session, _KEPT, request.place).one()
    if bytes(row.request_hash) != digest:
        raise InputError(
            "IDEMPOTENCY_KEY_REUSED", "This idempotency key came with another request before.", found=request.key,
            next_step="Take a new key for a new request.",
        )
    return Answer(row.status, row.headers, bytes(row.body))


def keep_answer(session: Session, request: Request, answer: Answer) -> None:
    """Keep the answer for whoever asks again; in the transaction of ``claim_key``."""
    given = {**request.place, "status": answer.status, "headers": json.dumps(answer.headers), "body": answer.body}
    later(session, _KEEP, given)


def forget_answers(session: Session, region_id: int, now: datetime) -> int:
    """How many answers were kept long enough and are gone; those that somebody else is removing are left to him."""
    old = text(
        "DELETE FROM kept_answer WHERE region_id = :region_id AND (actor, key) IN"
        " (SELECT actor, key FROM kept_answer WHERE region_id = :region_id AND at < :over FOR UPDATE SKIP LOCKED)"
    )
    return session.execute(old, {"region_id": region_id, "over": now - timedelta(days=KEPT_DAYS)}).rowcount
