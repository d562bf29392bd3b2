"""Customers, the addresses they live at, what serves each address, and what could not be served."""
from datetime import date

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, RegionMember, reference
from app.network.models.states import Plate, journalled, one_of

SEGMENTS = ("public", "business", "large")
ACCESS_TECHNOLOGIES = ("pon", "adsl", "vdsl", "lan", "pots")
PRODUCTS = ("pots", "adsl", "vdsl", "lan", "ftth", "leased_line")
UNMET_REASONS = ("no_line", "no_port", "no_route", "too_far")
REQUEST_STATES = ("open", "met", "dropped")


class Customer(Plate, NetworkKey, Base):
    """``name``, ``contact`` and ``phone`` are personal: shown to roles that may see them."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        one_of("segment", SEGMENTS),
        Index("ix_customer_name", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        journalled(),
    )

    segment: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    contact: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)


class Building(Plate, NetworkKey, Base):
    __tablename__ = "building"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        reference("grid_id", "grid"),
        CheckConstraint("floor_count > 0", name="floor_count"),
        Index("ix_building_geom", "geom", postgresql_using="gist"),
        Index("ix_building_grid", "region_id", "grid_id"),
        journalled(),
    )

    name_zh: Mapped[str | None] = mapped_column(Text)
    floor_count: Mapped[int | None]
    grid_id: Mapped[int | None] = mapped_column(BigInteger)
    geom = mapped_column(Geometry("POINT", 4490, spatial_index=False), nullable=False)


class Address(Plate, NetworkKey, Base):
    """A unit of a building, with its households; the code is the unit's own, the building's stands before it."""

    __tablename__ = "address"
    __table_args__ = (
        UniqueConstraint("region_id", "building_id", "code_key"),
        reference("building_id", "building"),
        CheckConstraint("household_count >= 0", name="household_count"),
        journalled(),
    )

    building_id: Mapped[int] = mapped_column(BigInteger)
    name_zh: Mapped[str | None] = mapped_column(Text)
    household_count: Mapped[int]


class Serving(RegionMember, Base):
    """The access point that serves an address with a technology."""

    __tablename__ = "serving"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "address_id", "technology"),
        reference("address_id", "address"),
        reference("equipment_id", "equipment"),
        one_of("technology", ACCESS_TECHNOLOGIES),
        CheckConstraint("distance_m >= 0", name="distance_m"),
        Index("ix_serving_equipment", "region_id", "equipment_id"),
        journalled("address_id"),
    )

    address_id: Mapped[int] = mapped_column(BigInteger)
    technology: Mapped[str] = mapped_column(Text)
    equipment_id: Mapped[int] = mapped_column(BigInteger)
    distance_m: Mapped[float | None]


class UnmetRequest(Plate, NetworkKey, Base):
    """Somebody who waits, where, for what, and why it could not be given."""

    __tablename__ = "unmet_request"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        reference("address_id", "address"),
        reference("grid_id", "grid"),
        one_of("product", PRODUCTS),
        one_of("segment", SEGMENTS),
        one_of("reason", UNMET_REASONS),
        one_of("state", REQUEST_STATES),
        CheckConstraint("rate_mbit > 0", name="rate_mbit"),
        Index("ix_unmet_request_geom", "geom", postgresql_using="gist"),
        journalled(),
    )

    address_id: Mapped[int | None] = mapped_column(BigInteger)
    grid_id: Mapped[int | None] = mapped_column(BigInteger)
    geom = mapped_column(Geometry("POINT", 4490, spatial_index=False), nullable=False)
    segment: Mapped[str] = mapped_column(Text)
    product: Mapped[str] = mapped_column(Text)
    rate_mbit: Mapped[float | None]
    requested_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'open'"))
