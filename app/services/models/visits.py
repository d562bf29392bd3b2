"""Visits: addresses handed to somebody of the front office to sell a product there, with what came of it.

A visit keeps who handed it over, who closed it, and when, so it is not journalled.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import NETWORK, Base, reference
from app.network.models.states import one_of
from app.services.models.customers import PRODUCTS

VISIT_STATES = ("open", "won", "lost", "later")
OUTCOMES = ("won", "lost", "later")


class Visit(Base):
    """One address and one product; an address has one open visit at most, so nobody is visited by two."""

    __tablename__ = "visit"
    __table_args__ = (
        reference("address_id", "address"),
        one_of("product", PRODUCTS),
        one_of("state", VISIT_STATES),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by"),
        Index("uq_visit_open", "region_id", "address_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_visit_owner", "region_id", "owner", "state"),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-3)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True, sort_order=-2)
    address_id: Mapped[int] = mapped_column(BigInteger)
    product: Mapped[str] = mapped_column(Text)
    access: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    handed_by: Mapped[str] = mapped_column(Text)
    handed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    closed_by: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
