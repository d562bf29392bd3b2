"""What the network's own management last saw of a port."""
from datetime import datetime

from sqlalchemy import BigInteger, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, RegionMember, reference
from app.network.models.states import journalled, one_of

OPER_STATES = ("up", "down")


class PortObservation(RegionMember, Base):
    """The newest observation of a port; older ones stand in the journal."""

    __tablename__ = "port_observation"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "port_id"),
        reference("port_id", "port"),
        one_of("oper_state", OPER_STATES),
        journalled("port_id"),
    )

    port_id: Mapped[int] = mapped_column(BigInteger)
    oper_state: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    source: Mapped[str] = mapped_column(Text)
