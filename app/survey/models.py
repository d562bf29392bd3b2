"""Batches and files: which survey brought what. Rows of the network name their batch."""
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, reference
from app.network.models.states import journalled


class SurveyBatch(NetworkKey, Base):
    """One call of the importer that changed the network."""

    __tablename__ = "survey_batch"
    __table_args__ = (ForeignKeyConstraint(["region_id"], ["region.id"]), journalled())

    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    totals: Mapped[dict] = mapped_column(JSONB)


class SurveyFile(NetworkKey, Base):
    """A file of a batch, known again by its content."""

    __tablename__ = "survey_file"
    __table_args__ = (reference("batch_id", "survey_batch"), Index("ix_survey_file_sha256", "region_id", "sha256"), journalled())

    batch_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    byte_count: Mapped[int] = mapped_column(BigInteger)
    row_count: Mapped[int] = mapped_column(BigInteger)
