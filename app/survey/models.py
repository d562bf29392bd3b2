"""Batches and what belongs to them: files, findings, differences, decisions and jobs. Rows of the network name their batch.

A batch keeps its own history in its columns, so its tables are not journalled and do not raise the version of its region; mappings are.
"""
from datetime import date, datetime

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import NETWORK, Base, NetworkKey, reference
from app.network.models.states import journalled, one_of

BATCH_STATES = ("read", "mapped", "placed", "checked", "compared", "decided", "applied", "undone", "failed")
JOB_STATES = ("waiting", "running", "done", "failed", "cancelled")
JOB_KINDS = ("compare", "apply", "undo")
VERDICTS = ("accepted", "refused")
PHOTO_FORMATS = ("jpeg", "png", "webp")


class BatchKey:
    """Key ``(region_id, id)`` of a table that is not journalled."""

    region_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-3)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True, sort_order=-2)


class BatchPart:
    """Key of what a batch numbers itself."""

    region_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-3)
    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-2)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, sort_order=-1)


class SurveyBatch(BatchKey, Base):
    """One import, from the command line or the page, whatever became of it."""

    __tablename__ = "survey_batch"
    __table_args__ = (
        ForeignKeyConstraint(["region_id"], ["region.id"]), one_of("state", BATCH_STATES),
        CheckConstraint("accuracy_m >= 0", name="accuracy_m"), {"info": NETWORK},
    )

    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    totals: Mapped[dict] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text, server_default=text("'applied'"))
    surveyor: Mapped[str | None] = mapped_column(Text)
    surveyed_on: Mapped[date | None]
    accuracy_m: Mapped[float | None]
    crs: Mapped[str | None] = mapped_column(Text)
    stock_take: Mapped[str | None] = mapped_column(Text)
    valid_rows_only: Mapped[bool] = mapped_column(Boolean, server_default=false())
    summary: Mapped[dict | None] = mapped_column(JSONB)
    ended_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    area: Mapped[str] = mapped_column(Text, server_default=text("''"))
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class SurveyFile(BatchKey, Base):
    """A file of a batch, known again by its content."""

    __tablename__ = "survey_file"
    __table_args__ = (reference("batch_id", "survey_batch"), Index("ix_survey_file_sha256", "region_id", "sha256"), {"info": NETWORK})

    batch_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    byte_count: Mapped[int] = mapped_column(BigInteger)
    row_count: Mapped[int] = mapped_column(BigInteger)
    stored: Mapped[str | None] = mapped_column(Text)


class SurveyFinding(BatchPart, Base):
    """A finding of a batch, with the place of its row where that has one."""

    __tablename__ = "survey_finding"
    __table_args__ = (reference("batch_id", "survey_batch"), {"info": NETWORK})

    source_no: Mapped[int | None] = mapped_column(Integer)
    file: Mapped[str] = mapped_column(Text)
    sheet: Mapped[str | None] = mapped_column(Text)
    layer: Mapped[str | None] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    row_no: Mapped[int | None] = mapped_column(BigInteger)
    field: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    found: Mapped[str | None] = mapped_column(Text)
    expected: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    geom = mapped_column(Geometry("GEOMETRY", 4490, spatial_index=False), nullable=True)


class SurveyDifference(BatchPart, Base):
    """Where a batch and the network differ: a new thing, a changed column, a missing thing. ``verdict`` null: not decided."""

    __tablename__ = "survey_difference"
    __table_args__ = (reference("batch_id", "survey_batch"), one_of("verdict", VERDICTS), {"info": NETWORK})

    source_no: Mapped[int | None] = mapped_column(Integer)
    file: Mapped[str | None] = mapped_column(Text)
    row_no: Mapped[int | None] = mapped_column(BigInteger)
    layer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    old: Mapped[str | None] = mapped_column(Text)
    new: Mapped[str | None] = mapped_column(Text)
    old_by: Mapped[str | None] = mapped_column(Text)
    old_on: Mapped[date | None]
    verdict: Mapped[str | None] = mapped_column(Text)
    geom = mapped_column(Geometry("GEOMETRY", 4490, spatial_index=False), nullable=True)


class SurveyDecision(BatchPart, Base):
    """What a person decided: for one difference, or for all of a rule, a layer, a field; the later one counts."""

    __tablename__ = "survey_decision"
    __table_args__ = (reference("batch_id", "survey_batch"), one_of("verdict", VERDICTS), {"info": NETWORK})

    rule: Mapped[str | None] = mapped_column(Text)
    layer: Mapped[str | None] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    source_no: Mapped[int | None] = mapped_column(Integer)
    row_no: Mapped[int | None] = mapped_column(BigInteger)
    subject: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))


class Photo(BatchPart, Base):
    """A photo of a batch, made safe; ``kind`` and ``thing_id`` name what it shows once the batch is applied.

    The bytes stand here and not in files, so that a dump of the database is the whole of it, and a batch is written and undone at once.
    """

    __tablename__ = "photo"
    __table_args__ = (
        reference("batch_id", "survey_batch"), one_of("format", PHOTO_FORMATS),
        CheckConstraint("(kind IS NULL) = (thing_id IS NULL)", name="thing"),
        Index("ix_photo_thing", "region_id", "kind", "thing_id", postgresql_where=text("thing_id IS NOT NULL")),
        Index("ix_photo_sha256", "region_id", "sha256"), {"info": NETWORK},
    )

    file: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(Text)
    byte_count: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    surveyor: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
    thing_id: Mapped[int | None] = mapped_column(BigInteger)
    geom = mapped_column(Geometry("POINT", 4490, spatial_index=False), nullable=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    preview: Mapped[bytes] = mapped_column(LargeBinary)


class SurveyJob(BatchKey, Base):
    """Work on a batch that a worker does: how far it is, and how it ended."""

    __tablename__ = "survey_job"
    __table_args__ = (
        reference("batch_id", "survey_batch"), one_of("kind", JOB_KINDS), one_of("state", JOB_STATES),
        Index("ix_survey_job_batch", "region_id", "batch_id"), {"info": NETWORK},
    )

    batch_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'waiting'"))
    stage: Mapped[str | None] = mapped_column(Text)
    done_count: Mapped[int | None] = mapped_column(BigInteger)
    total_count: Mapped[int | None] = mapped_column(BigInteger)
    problem: Mapped[dict | None] = mapped_column(JSONB)
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    started_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    beat_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    attempt_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    is_cancelled: Mapped[bool] = mapped_column(Boolean, server_default=false())


class SurveyMapping(NetworkKey, Base):
    """How the tables of one kind of survey are read; taken again for the same headers."""

    __tablename__ = "survey_mapping"
    __table_args__ = (ForeignKeyConstraint(["region_id"], ["region.id"]), UniqueConstraint("region_id", "name"), journalled())

    name: Mapped[str] = mapped_column(Text)
    body: Mapped[dict] = mapped_column(JSONB)
    fingerprints: Mapped[list[str]] = mapped_column(ARRAY(Text))
