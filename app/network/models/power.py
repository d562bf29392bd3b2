"""Power: what sources and stores are rated for, who feeds whom, and what meters have read."""
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, RegionMember, reference
from app.network.models.states import journalled, one_of

SIDES = ("A", "B")
METRICS = ("load_a", "voltage_v", "energy_kwh", "temperature_c")


class PowerRating(RegionMember, Base):
    """What one piece of power equipment is rated for; a column is empty where it means nothing for the kind."""

    __tablename__ = "power_rating"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "equipment_id"),
        reference("equipment_id", "equipment"),
        CheckConstraint(
            "least(voltage_v, rated_a, rated_kw, rated_kva, capacity_ah, cell_count, module_count, module_a, earth_ohm) > 0",
            name="positive",
        ),
        CheckConstraint("feed_class BETWEEN 1 AND 4", name="feed_class"),
        CheckConstraint("(module_count IS NULL) = (module_a IS NULL)", name="modules"),
        journalled("equipment_id"),
    )

    equipment_id: Mapped[int] = mapped_column(BigInteger)
    voltage_v: Mapped[float | None]
    rated_a: Mapped[float | None]
    rated_kw: Mapped[float | None]
    rated_kva: Mapped[float | None]
    capacity_ah: Mapped[float | None]
    cell_count: Mapped[int | None] = mapped_column(SmallInteger)
    module_count: Mapped[int | None] = mapped_column(SmallInteger)
    module_a: Mapped[float | None]
    feed_class: Mapped[int | None] = mapped_column(SmallInteger)
    earth_ohm: Mapped[float | None]


class PowerFeed(NetworkKey, Base):
    """From an outlet of a source to equipment or a rack, which takes at most one A and one B feed."""

    __tablename__ = "power_feed"
    __table_args__ = (
        UniqueConstraint("region_id", "source_equipment_id", "outlet_no"),
        UniqueConstraint("region_id", "load_equipment_id", "side"),
        UniqueConstraint("region_id", "load_rack_id", "side"),
        reference("source_equipment_id", "equipment"),
        reference("load_equipment_id", "equipment"),
        reference("load_rack_id", "rack"),
        one_of("side", SIDES),
        CheckConstraint("num_nonnulls(load_equipment_id, load_rack_id) = 1", name="one_load"),
        CheckConstraint("source_equipment_id <> load_equipment_id", name="two_ends"),
        CheckConstraint("breaker_a > 0", name="breaker_a"),
        CheckConstraint("load_a >= 0", name="load_a"),
        journalled(),
    )

    source_equipment_id: Mapped[int] = mapped_column(BigInteger)
    outlet_no: Mapped[str] = mapped_column(Text)
    load_equipment_id: Mapped[int | None] = mapped_column(BigInteger)
    load_rack_id: Mapped[int | None] = mapped_column(BigInteger)
    side: Mapped[str] = mapped_column(Text)
    breaker_a: Mapped[float | None]
    load_a: Mapped[float | None]


class PowerReading(RegionMember, Base):
    """What a meter of one piece of equipment showed; energy is that of the month which ends on the day."""

    __tablename__ = "power_reading"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "equipment_id", "metric", "read_on"),
        reference("equipment_id", "equipment"),
        one_of("metric", METRICS),
        Index("ix_power_reading_read_on", "region_id", "metric", "read_on"),
        journalled("equipment_id"),
    )

    equipment_id: Mapped[int] = mapped_column(BigInteger)
    metric: Mapped[str] = mapped_column(Text)
    read_on: Mapped[date]
    value: Mapped[float]
