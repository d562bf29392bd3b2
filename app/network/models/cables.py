"""Cable > segment > conductor, and the sections that a segment follows."""
from geoalchemy2 import Geometry
from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import NETWORK, Base, RegionMember, reference
from app.network.models.catalogue import MEDIA
from app.network.models.states import Owner, Plate, States, journalled, one_of, owner_checks, owner_keys, state_checks


class Cable(Plate, Owner, Base):
    __tablename__ = "cable"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        UniqueConstraint("region_id", "id", "medium"),
        ForeignKeyConstraint(["region_id"], ["region.id"]),
        *owner_keys(),
        *owner_checks(),
        one_of("medium", MEDIA),
        journalled(),
    )

    medium: Mapped[str] = mapped_column(Text)


class CableSegment(Plate, Owner, Base):
    """One unbroken sheath between two structures; it owns its strands or pairs."""

    __tablename__ = "cable_segment"
    __table_args__ = (
        UniqueConstraint("region_id", "cable_id", "code_key"),
        ForeignKeyConstraint(["region_id", "cable_id", "medium"], ["cable.region_id", "cable.id", "cable.medium"]),
        reference("a_structure_id", "structure"),
        reference("z_structure_id", "structure"),
        *owner_keys(),
        *owner_checks(),
        CheckConstraint("conductor_count BETWEEN 1 AND 6000", name="conductor_count"),
        CheckConstraint("tube_size > 0", name="tube_size"),
        CheckConstraint("sheath_m > 0", name="sheath_m"),
        Index("ix_cable_segment_a", "region_id", "a_structure_id"),
        Index("ix_cable_segment_z", "region_id", "z_structure_id"),
        journalled(),
    )

    cable_id: Mapped[int] = mapped_column(BigInteger)
    medium: Mapped[str] = mapped_column(Text)
    model_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("equipment_model.id"))
    conductor_count: Mapped[int] = mapped_column(SmallInteger)
    tube_size: Mapped[int | None] = mapped_column(SmallInteger)
    sheath_m: Mapped[float]
    index_n: Mapped[float | None] = mapped_column(REAL)
    helix_ratio: Mapped[float | None] = mapped_column(REAL)
    a_structure_id: Mapped[int] = mapped_column(BigInteger)
    z_structure_id: Mapped[int] = mapped_column(BigInteger)


class CableRun(RegionMember, Base):
    """The sections that a segment follows, in order. A subduct holds one live segment, bundles of micro-cables excepted (K7)."""

    __tablename__ = "cable_run"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "segment_id", "seq"),
        reference("segment_id", "cable_segment"),
        reference("section_id", "section"),
        ForeignKeyConstraint(
            ["region_id", "section_id", "duct_id", "is_subduct"],
            ["duct.region_id", "duct.section_id", "duct.id", "duct.is_subduct"],
        ),
        CheckConstraint("(duct_id IS NULL) = (is_subduct IS NULL)", name="is_subduct"),
        CheckConstraint("slack_before_m >= 0 AND slack_after_m >= 0", name="slack"),
        Index(
            "uq_cable_run_subduct", "region_id", "duct_id", unique=True,
            postgresql_where=text("is_subduct AND NOT is_bundle AND NOT is_planned"),
        ),
        Index("ix_cable_run_section", "region_id", "section_id"),
        journalled("segment_id"),
    )

    segment_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(SmallInteger)
    section_id: Mapped[int] = mapped_column(BigInteger)
    is_reversed: Mapped[bool]
    duct_id: Mapped[int | None] = mapped_column(BigInteger)
    is_subduct: Mapped[bool | None]
    is_bundle: Mapped[bool] = mapped_column(server_default=false())
    is_planned: Mapped[bool] = mapped_column(server_default=false())
    slack_before_m: Mapped[float] = mapped_column(REAL, server_default="0")
    slack_after_m: Mapped[float] = mapped_column(REAL, server_default="0")


class SegmentLine(Base):
    """A segment's way over the ground, for maps and tiles: derived from its run, never edited."""

    __tablename__ = "segment_line"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "segment_id"),
        reference("segment_id", "cable_segment"),
        Index("ix_segment_line_geom", "geom", postgresql_using="gist"),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger)
    segment_id: Mapped[int] = mapped_column(BigInteger)
    geom = mapped_column(Geometry("MULTILINESTRING", 4490, spatial_index=False), nullable=False)
    geom_3857 = mapped_column(Geometry("MULTILINESTRING", 3857, spatial_index=False), nullable=False)


class Conductor(States, Base):
    """A strand or a pair, by its segment's medium."""

    __tablename__ = "conductor"
    __table_args__ = (
        UniqueConstraint("region_id", "segment_id", "no"),
        reference("segment_id", "cable_segment"),
        *state_checks(),
        CheckConstraint("no > 0", name="no"),
        journalled(),
    )

    segment_id: Mapped[int] = mapped_column(BigInteger)
    no: Mapped[int] = mapped_column(SmallInteger)
