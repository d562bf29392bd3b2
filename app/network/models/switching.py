"""Telephone switching: offices and the trunk groups between them. Line cards and ports are equipment like any other."""
from sqlalchemy import BigInteger, CheckConstraint, Computed, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, reference
from app.network.models.states import Plate, journalled, one_of

OFFICE_ROLES = ("host", "remote", "gateway")
TRUNK_DIRECTIONS = ("in", "out", "both")


class SwitchOffice(Plate, NetworkKey, Base):
    """A host office, a remote module or a voice gateway; the latter two hang on their host."""

    __tablename__ = "switch_office"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        UniqueConstraint("region_id", "equipment_id"),
        reference("equipment_id", "equipment"),
        reference("host_id", "switch_office"),
        one_of("role", OFFICE_ROLES),
        CheckConstraint("(role = 'host') = (host_id IS NULL)", name="host"),
        journalled(),
    )

    equipment_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(Text)
    host_id: Mapped[int | None] = mapped_column(BigInteger)
    name_zh: Mapped[str | None] = mapped_column(Text)


class TrunkGroup(Plate, NetworkKey, Base):
    """E1s between two offices, or from an office to somebody else's; 30 voice channels to each E1."""

    __tablename__ = "trunk_group"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        reference("a_office_id", "switch_office"),
        reference("z_office_id", "switch_office"),
        one_of("direction", TRUNK_DIRECTIONS),
        CheckConstraint("num_nonnulls(z_office_id, far_end) = 1", name="far_end"),
        CheckConstraint("e1_count > 0", name="e1_count"),
        CheckConstraint("busy_hour_erlang >= 0", name="busy_hour_erlang"),
        Index("ix_trunk_group_a", "region_id", "a_office_id"),
        Index("ix_trunk_group_z", "region_id", "z_office_id"),
        journalled(),
    )

    a_office_id: Mapped[int] = mapped_column(BigInteger)
    z_office_id: Mapped[int | None] = mapped_column(BigInteger)
    far_end: Mapped[str | None] = mapped_column(Text)
    direction: Mapped[str] = mapped_column(Text)
    signalling: Mapped[str | None] = mapped_column(Text)
    e1_count: Mapped[int] = mapped_column(SmallInteger)
    channel_count: Mapped[int] = mapped_column(Computed("e1_count * 30", persisted=True))
    busy_hour_erlang: Mapped[float | None]
    name_zh: Mapped[str | None] = mapped_column(Text)
