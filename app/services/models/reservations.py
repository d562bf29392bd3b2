"""Reservations: a whole chain set aside for somebody until a moment, all of it or nothing."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, reference
from app.network.models.states import Plate, journalled, one_of
from app.services.models.customers import PRODUCTS

RESERVATION_STATES = ("held", "used", "released", "expired")
RESERVED_THINGS = ("circuit_id", "number_id", "vlan_id", "prefix_id")


class Reservation(Plate, NetworkKey, Base):
    """Who set a chain aside, why, and until when. Its strands, pairs, ports and channels are the carriers of its circuit.

    What it holds stands here only while it is held: afterwards a service holds it, or nobody.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        *(UniqueConstraint("region_id", column) for column in RESERVED_THINGS),
        reference("circuit_id", "circuit"),
        reference("number_id", "number"),
        reference("vlan_id", "vlan"),
        reference("prefix_id", "ip_prefix"),
        reference("customer_id", "customer"),
        reference("address_id", "address"),
        one_of("product", PRODUCTS),
        one_of("state", RESERVATION_STATES),
        CheckConstraint(f"(state = 'held') = (num_nonnulls({', '.join(RESERVED_THINGS)}) > 0)", name="holds"),
        CheckConstraint("(state = 'held') = (ended_at IS NULL)", name="ended_at"),
        CheckConstraint("until_at > made_at", name="until_at"),
        Index("ix_reservation_until", "region_id", "state", "until_at"),
        journalled(),
    )

    owner: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    product: Mapped[str | None] = mapped_column(Text)
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    address_id: Mapped[int | None] = mapped_column(BigInteger)
    circuit_id: Mapped[int | None] = mapped_column(BigInteger)
    number_id: Mapped[int | None] = mapped_column(BigInteger)
    vlan_id: Mapped[int | None] = mapped_column(BigInteger)
    prefix_id: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    until_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
