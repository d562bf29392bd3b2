"""Inside plant: site > room > rack > equipment > card > port. Equipment also stands outdoors: cabinets, closures, boxes."""
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, RegionMember, reference
from app.network.models.catalogue import PORT_ROLES
from app.network.models.states import Owner, Plate, States, journalled, one_of, owner_checks, owner_keys, state_checks

FACES = ("front", "rear")


class Site(Plate, NetworkKey, Base):
    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("region_id", "code_key"), reference("structure_id", "structure"), journalled())

    structure_id: Mapped[int] = mapped_column(BigInteger)
    name_zh: Mapped[str | None] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)


class Room(Plate, NetworkKey, Base):
    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("region_id", "site_id", "code_key"), reference("site_id", "site"), journalled())

    site_id: Mapped[int] = mapped_column(BigInteger)
    name_zh: Mapped[str | None] = mapped_column(Text)
    area_m2: Mapped[float | None]


class Rack(Plate, NetworkKey, Base):
    __tablename__ = "rack"
    __table_args__ = (
        UniqueConstraint("region_id", "room_id", "code_key"),
        reference("room_id", "room"),
        CheckConstraint("height_u BETWEEN 1 AND 100", name="height_u"),
        journalled(),
    )

    room_id: Mapped[int] = mapped_column(BigInteger)
    height_u: Mapped[int] = mapped_column(SmallInteger)
    power_kw: Mapped[float | None]


class Equipment(Plate, Owner, Base):
    __tablename__ = "equipment"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        ForeignKeyConstraint(["model_id"], ["equipment_model.id"]),
        reference("structure_id", "structure"),
        reference("rack_id", "rack"),
        *owner_keys(),
        *owner_checks(),
        Index("ix_equipment_structure", "region_id", "structure_id"),
        Index("ix_equipment_rack", "region_id", "rack_id"),
        journalled(),
    )

    model_id: Mapped[int] = mapped_column(BigInteger)
    structure_id: Mapped[int] = mapped_column(BigInteger)
    rack_id: Mapped[int | None] = mapped_column(BigInteger)
    serial_no: Mapped[str | None] = mapped_column(Text)


class RackUnit(RegionMember, Base):
    """One row per occupied unit, so that two things can't stand in one place (K12)."""

    __tablename__ = "rack_unit"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "rack_id", "face", "u_no"),
        reference("rack_id", "rack"),
        reference("equipment_id", "equipment"),
        one_of("face", FACES),
        CheckConstraint("u_no > 0", name="u_no"),
        journalled("rack_id"),
    )

    rack_id: Mapped[int] = mapped_column(BigInteger)
    face: Mapped[str] = mapped_column(Text)
    u_no: Mapped[int] = mapped_column(SmallInteger)
    equipment_id: Mapped[int] = mapped_column(BigInteger)


class Card(States, Base):
    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("region_id", "equipment_id", "slot_no"),
        UniqueConstraint("region_id", "equipment_id", "id"),
        reference("equipment_id", "equipment"),
        *state_checks(),
        journalled(),
    )

    equipment_id: Mapped[int] = mapped_column(BigInteger)
    slot_no: Mapped[str] = mapped_column(Text)
    model_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("equipment_model.id"))
    serial_no: Mapped[str | None] = mapped_column(Text)


class Port(States, Base):
    """A port of a card or of the equipment itself; ``role`` and ``split_no`` are copied from the model."""

    __tablename__ = "port"
    __table_args__ = (
        UniqueConstraint("region_id", "equipment_id", "no"),
        reference("equipment_id", "equipment"),
        ForeignKeyConstraint(["region_id", "equipment_id", "card_id"], ["card.region_id", "card.equipment_id", "card.id"]),
        *state_checks(),
        one_of("role", PORT_ROLES),
        CheckConstraint("(split_no IS NOT NULL) = starts_with(role, 'split')", name="split_no"),
        Index("ix_port_split", "region_id", "equipment_id", "split_no", "role", postgresql_where=text("split_no IS NOT NULL")),
        journalled(),
    )

    equipment_id: Mapped[int] = mapped_column(BigInteger)
    card_id: Mapped[int | None] = mapped_column(BigInteger)
    no: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    split_no: Mapped[int | None] = mapped_column(SmallInteger)
    port_type: Mapped[str] = mapped_column(Text)
