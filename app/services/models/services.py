"""Services that customers take, and the circuits, numbers, VLANs and prefixes that they hold from when to when."""
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, reference
from app.network.models.states import Plate, journalled, one_of
from app.services.models.customers import PRODUCTS

SERVICE_STATES = ("designed", "reserved", "inactive", "active", "suspended", "terminated")
HELD = ("circuit_id", "number_id", "vlan_id", "prefix_id")


def held_once(column: str) -> Index:
    """A resource is held by one service at a time (K10)."""
    return Index(
        f"uq_service_resource_{column.removesuffix('_id')}", "region_id", column, unique=True,
        postgresql_where=text(f"ended_on IS NULL AND {column} IS NOT NULL"),
    )


class Service(Plate, NetworkKey, Base):
    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        reference("customer_id", "customer"),
        reference("address_id", "address"),
        one_of("product", PRODUCTS),
        one_of("state", SERVICE_STATES),
        CheckConstraint("rate_mbit > 0", name="rate_mbit"),
        CheckConstraint("ended_on >= started_on", name="ended_on"),
        CheckConstraint("(state = 'terminated') = (ended_on IS NOT NULL)", name="terminated"),
        Index("ix_service_customer", "region_id", "customer_id"),
        Index("ix_service_address", "region_id", "address_id"),
        journalled(),
    )

    customer_id: Mapped[int] = mapped_column(BigInteger)
    address_id: Mapped[int | None] = mapped_column(BigInteger)
    product: Mapped[str] = mapped_column(Text)
    rate_mbit: Mapped[float | None]
    sla: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(Text)


class ServiceResource(NetworkKey, Base):
    """One thing that a service holds; a service has one chain at a time (K10)."""

    __tablename__ = "service_resource"
    __table_args__ = (
        reference("service_id", "service"),
        reference("circuit_id", "circuit"),
        reference("number_id", "number"),
        reference("vlan_id", "vlan"),
        reference("prefix_id", "ip_prefix"),
        CheckConstraint(f"num_nonnulls({', '.join(HELD)}) = 1", name="one_thing"),
        CheckConstraint("ended_on >= started_on", name="ended_on"),
        *(held_once(column) for column in HELD),
        Index(
            "uq_service_resource_chain", "region_id", "service_id", unique=True,
            postgresql_where=text("ended_on IS NULL AND circuit_id IS NOT NULL"),
        ),
        Index("ix_service_resource_service", "region_id", "service_id"),
        # A circuit that goes is looked for in all services, those that have ended too.
        Index("ix_service_resource_circuit", "region_id", "circuit_id", postgresql_where=text("circuit_id IS NOT NULL")),
        journalled(),
    )

    service_id: Mapped[int] = mapped_column(BigInteger)
    circuit_id: Mapped[int | None] = mapped_column(BigInteger)
    number_id: Mapped[int | None] = mapped_column(BigInteger)
    vlan_id: Mapped[int | None] = mapped_column(BigInteger)
    prefix_id: Mapped[int | None] = mapped_column(BigInteger)
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
