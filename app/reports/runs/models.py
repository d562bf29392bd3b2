"""Saved questions, and each run of one with its answer. They tell of the network and are no part of it, so they are not journalled."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, Double, ForeignKeyConstraint, Identity, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import NETWORK, Base, reference
from app.network.models.states import one_of

PERIODS = ("day", "week", "month")
RUN_STATES = ("waiting", "running", "done", "failed")
LANGUAGES = ("zh", "en")
NAME_LENGTH_MAX = 120


class RunKey:
    """Key ``(region_id, id)`` of a table that is not journalled."""

    region_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-3)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True, sort_order=-2)


class SavedQuestion(RunKey, Base):
    """A question with its inputs under a name; its owner alone changes it."""

    __tablename__ = "saved_question"
    __table_args__ = (
        ForeignKeyConstraint(["region_id"], ["region.id"]),
        one_of("every", PERIODS),
        one_of("language", LANGUAGES),
        CheckConstraint("(every IS NULL) = (next_at IS NULL)", name="next_at"),
        CheckConstraint(f"length(btrim(name)) BETWEEN 1 AND {NAME_LENGTH_MAX}", name="name"),
        Index("ix_saved_question_owner", "region_id", "owner"),
        Index("ix_saved_question_next_at", "region_id", "next_at"),
        {"info": NETWORK},
    )

    owner: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    given: Mapped[dict] = mapped_column(JSONB)
    language: Mapped[str] = mapped_column(Text)
    is_shared: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    every: Mapped[str | None] = mapped_column(Text)
    next_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    saved_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))


class QuestionRun(RunKey, Base):
    """A saved question asked once: its inputs then, who asked, of which data and by which product, and the whole answer."""

    __tablename__ = "question_run"
    __table_args__ = (
        reference("saved_id", "saved_question"),
        one_of("state", RUN_STATES),
        CheckConstraint("(state = 'done') = (answer IS NOT NULL)", name="answer"),
        CheckConstraint("(state = 'failed') = (problem IS NOT NULL)", name="problem"),
        CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name="ended_at"),
        Index("ix_question_run_saved_id", "region_id", "saved_id", "id"),
        Index("ix_question_run_state", "region_id", "state"),
        {"info": NETWORK},
    )

    saved_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    given: Mapped[dict] = mapped_column(JSONB)
    sees_personal: Mapped[bool] = mapped_column(Boolean)
    asked_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    started_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    attempt_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    seconds: Mapped[float | None] = mapped_column(Double)
    product_version: Mapped[str | None] = mapped_column(Text)
    data_version: Mapped[int | None] = mapped_column(BigInteger)
    data_on: Mapped[date | None] = mapped_column(Date)
    answer: Mapped[dict | None] = mapped_column(JSONB)
    problem: Mapped[dict | None] = mapped_column(JSONB)
