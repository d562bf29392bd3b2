"""Blocks: a port, strand or pair that nobody may take, why, and until which day."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, reference
from app.network.models.states import HEALTH, journalled, one_of


class MemberBlock(NetworkKey, Base):
    """``health_before`` is what the member was before it was blocked, and becomes again."""

    __tablename__ = "member_block"
    __table_args__ = (
        UniqueConstraint("region_id", "conductor_id"),
        UniqueConstraint("region_id", "port_id"),
        reference("conductor_id", "conductor"),
        reference("port_id", "port"),
        one_of("health_before", HEALTH),
        CheckConstraint("num_nonnulls(conductor_id, port_id) = 1", name="one_thing"),
        journalled(),
    )

    conductor_id: Mapped[int | None] = mapped_column(BigInteger)
    port_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    until_on: Mapped[date | None]
    health_before: Mapped[str] = mapped_column(Text)
