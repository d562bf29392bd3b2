"""Telephone numbers: blocks given to an office, and the numbers of a block."""
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, reference
from app.network.models.states import Plate, journalled, one_of

NUMBER_USES = ("idle", "reserved", "in_use", "ageing")


class NumberBlock(Plate, NetworkKey, Base):
    """``number_count`` numbers from ``first_digits`` on; the code is the first number."""

    __tablename__ = "number_block"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        reference("office_id", "switch_office"),
        CheckConstraint("number_count BETWEEN 1 AND 10000", name="number_count"),
        CheckConstraint("code_key ~ '^[0-9]{3,15}$'", name="digits"),
        journalled(),
    )

    office_id: Mapped[int] = mapped_column(BigInteger)
    number_count: Mapped[int]


class Number(NetworkKey, Base):
    """A number that was given up ages until ``ageing_until`` before it is idle again."""

    __tablename__ = "number"
    __table_args__ = (
        UniqueConstraint("region_id", "digits"),
        reference("block_id", "number_block"),
        one_of("use", NUMBER_USES),
        CheckConstraint("digits ~ '^[0-9]{3,15}$'", name="digits"),
        CheckConstraint("ageing_until IS NULL OR use = 'ageing'", name="ageing_until"),
        Index("ix_number_block", "region_id", "block_id"),
        Index("ix_number_idle", "region_id", "block_id", "digits", postgresql_where=text("use = 'idle'")),
        journalled(),
    )

    block_id: Mapped[int] = mapped_column(BigInteger)
    digits: Mapped[str] = mapped_column(Text)
    use: Mapped[str] = mapped_column(Text, server_default=text("'idle'"))
    ageing_until: Mapped[date | None]
