"""Data network: VLANs and address prefixes of the broadband gateways."""
from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import CIDR
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, reference
from app.network.models.states import USE, journalled, one_of


class Vlan(NetworkKey, Base):
    """An outer tag, or an outer and an inner one, once per gateway (K11)."""

    __tablename__ = "vlan"
    __table_args__ = (
        UniqueConstraint("region_id", "gateway_equipment_id", "s_vlan", "c_vlan", postgresql_nulls_not_distinct=True),
        reference("gateway_equipment_id", "equipment"),
        one_of("use", USE),
        CheckConstraint("s_vlan BETWEEN 1 AND 4094 AND (c_vlan IS NULL OR c_vlan BETWEEN 1 AND 4094)", name="tags"),
        Index(
            "ix_vlan_idle", "region_id", "gateway_equipment_id", "s_vlan", "c_vlan",
            postgresql_where=text("use = 'idle' AND c_vlan IS NOT NULL"),
        ),
        journalled(),
    )

    gateway_equipment_id: Mapped[int] = mapped_column(BigInteger)
    s_vlan: Mapped[int] = mapped_column(SmallInteger)
    c_vlan: Mapped[int | None] = mapped_column(SmallInteger)
    purpose: Mapped[str | None] = mapped_column(Text)
    use: Mapped[str] = mapped_column(Text, server_default=text("'idle'"))


class IpPrefix(NetworkKey, Base):
    """A prefix inside its parent, once per routing table (K11)."""

    __tablename__ = "ip_prefix"
    __table_args__ = (
        UniqueConstraint("region_id", "routing_table", "prefix"),
        reference("parent_id", "ip_prefix"),
        reference("gateway_equipment_id", "equipment"),
        one_of("use", USE),
        CheckConstraint("parent_id <> id", name="parent"),
        journalled(),
    )

    routing_table: Mapped[str] = mapped_column(Text, server_default=text("'public'"))
    prefix: Mapped[str] = mapped_column(CIDR)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    gateway_equipment_id: Mapped[int | None] = mapped_column(BigInteger)
    purpose: Mapped[str | None] = mapped_column(Text)
    use: Mapped[str] = mapped_column(Text, server_default=text("'idle'"))
