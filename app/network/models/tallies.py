"""Exact counts by state, per owner and per grid, kept in the transaction that changes the rows. Neither journalled nor versioned."""
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import NETWORK, Base

COUNTS = ("installed", "in_use", "reserved", "releasing", "unusable", "planned")


def count_checks() -> tuple:
    return (
        CheckConstraint(f"least({', '.join(COUNTS)}) >= 0", name="not_negative"),
        CheckConstraint("in_use + reserved + releasing + unusable <= installed", name="within_installed"),
    )


class Tally(Base):
    """Counts of one owner's members; ``grid_id`` is the community of its structure, 0 where it stands outside every grid."""

    __tablename__ = "tally"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "kind", "owner_id", "technology"),
        *count_checks(),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(BigInteger)
    grid_id: Mapped[int] = mapped_column(BigInteger)
    technology: Mapped[str] = mapped_column(Text, server_default=text("''"))
    installed: Mapped[int] = mapped_column(BigInteger)
    in_use: Mapped[int] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger)
    releasing: Mapped[int] = mapped_column(BigInteger)
    unusable: Mapped[int] = mapped_column(BigInteger)
    planned: Mapped[int] = mapped_column(BigInteger)


class GridTallyDay(Base):
    """The sums of the grids as they stood at the end of a day, so that a past day is read as fast as today."""

    __tablename__ = "grid_tally_day"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "on_day", "kind", "grid_id", "technology"),
        *count_checks(),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger)
    on_day: Mapped[date]
    kind: Mapped[str] = mapped_column(Text)
    grid_id: Mapped[int] = mapped_column(BigInteger)
    technology: Mapped[str] = mapped_column(Text)
    installed: Mapped[int] = mapped_column(BigInteger)
    in_use: Mapped[int] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger)
    releasing: Mapped[int] = mapped_column(BigInteger)
    unusable: Mapped[int] = mapped_column(BigInteger)
    planned: Mapped[int] = mapped_column(BigInteger)


class GridTally(Base):
    """Sums of the tallies by grid, at all three levels. Grid 0 is the ground outside every grid."""

    __tablename__ = "grid_tally"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "kind", "grid_id", "technology"),
        *count_checks(),
        Index("ix_grid_tally_grid", "region_id", "grid_id"),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    grid_id: Mapped[int] = mapped_column(BigInteger)
    technology: Mapped[str] = mapped_column(Text)
    installed: Mapped[int] = mapped_column(BigInteger)
    in_use: Mapped[int] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger)
    releasing: Mapped[int] = mapped_column(BigInteger)
    unusable: Mapped[int] = mapped_column(BigInteger)
    planned: Mapped[int] = mapped_column(BigInteger)
