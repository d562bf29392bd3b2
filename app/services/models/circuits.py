"""Circuits: who holds a strand, a pair, a port, or a channel of a lower circuit. The carriers are ordered from A to Z."""
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, RegionMember, reference
from app.network.models.states import Plate, States, journalled, one_of, state_checks

CIRCUIT_KINDS = ("pon_tree", "access", "section", "trail", "uplink", "wavelength")
TOPOLOGIES = ("point_to_point", "tree")
PROTECTIONS = ("none", "1+1", "ring")


class Circuit(Plate, States, Base):
    """``channel_count`` above 1 lets other circuits ride, one channel each: a PON tree, an STM-1, a shared line."""

    __tablename__ = "circuit"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        reference("a_port_id", "port"),
        reference("z_port_id", "port"),
        *state_checks(),
        one_of("kind", CIRCUIT_KINDS),
        one_of("topology", TOPOLOGIES),
        one_of("protection", PROTECTIONS),
        CheckConstraint("channel_count > 0", name="channel_count"),
        CheckConstraint("rate_mbit > 0 AND peak_mbit >= 0", name="rates"),
        CheckConstraint("topology <> 'tree' OR z_port_id IS NULL", name="tree_has_tails"),
        Index("ix_circuit_kind", "region_id", "kind"),
        Index("ix_circuit_a_port", "region_id", "a_port_id"),
        Index("ix_circuit_z_port", "region_id", "z_port_id"),
        journalled(),
    )

    kind: Mapped[str] = mapped_column(Text)
    topology: Mapped[str] = mapped_column(Text, server_default=text("'point_to_point'"))
    rate: Mapped[str | None] = mapped_column(Text)
    rate_mbit: Mapped[float | None]
    peak_mbit: Mapped[float | None]
    channel_count: Mapped[int] = mapped_column(server_default=text("1"))
    protection: Mapped[str] = mapped_column(Text, server_default=text("'none'"))
    a_port_id: Mapped[int | None] = mapped_column(BigInteger)
    z_port_id: Mapped[int | None] = mapped_column(BigInteger)
    reserved_until: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    name_zh: Mapped[str | None] = mapped_column(Text)


class CircuitCarrier(RegionMember, Base):
    """One link of a circuit's chain: a conductor, a port, or one channel of a lower circuit; ``path_no`` 1 works, 2 protects."""

    __tablename__ = "circuit_carrier"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "circuit_id", "path_no", "seq"),
        UniqueConstraint("region_id", "lower_circuit_id", "channel_no"),
        UniqueConstraint("region_id", "conductor_id"),
        UniqueConstraint("region_id", "port_id"),
        reference("circuit_id", "circuit"),
        reference("conductor_id", "conductor"),
        reference("port_id", "port"),
        reference("lower_circuit_id", "circuit"),
        CheckConstraint("num_nonnulls(conductor_id, port_id, lower_circuit_id) = 1", name="one_carrier"),
        CheckConstraint("(channel_no IS NULL) = (lower_circuit_id IS NULL)", name="channel_no"),
        CheckConstraint("lower_circuit_id <> circuit_id", name="lower"),
        CheckConstraint("path_no > 0 AND seq > 0 AND (channel_no IS NULL OR channel_no > 0)", name="numbers"),
        journalled("circuit_id"),
    )

    circuit_id: Mapped[int] = mapped_column(BigInteger)
    path_no: Mapped[int] = mapped_column(SmallInteger)
    seq: Mapped[int] = mapped_column(SmallInteger)
    conductor_id: Mapped[int | None] = mapped_column(BigInteger)
    port_id: Mapped[int | None] = mapped_column(BigInteger)
    lower_circuit_id: Mapped[int | None] = mapped_column(BigInteger)
    channel_no: Mapped[int | None]


class Ring(Plate, NetworkKey, Base):
    """Transmission sections that close on themselves."""

    __tablename__ = "ring"
    __table_args__ = (UniqueConstraint("region_id", "code_key"), journalled())

    name_zh: Mapped[str | None] = mapped_column(Text)
    rate: Mapped[str | None] = mapped_column(Text)


class RingMember(RegionMember, Base):
    """A section of a ring, in the order of the way round."""

    __tablename__ = "ring_member"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "ring_id", "seq"),
        UniqueConstraint("region_id", "ring_id", "circuit_id"),
        reference("ring_id", "ring"),
        reference("circuit_id", "circuit"),
        journalled("ring_id"),
    )

    ring_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(SmallInteger)
    circuit_id: Mapped[int] = mapped_column(BigInteger)
