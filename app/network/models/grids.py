"""Community grid (county > town > community), the units that maintain it, and areas of large customers laid over it."""
from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import NETWORK, Base, NetworkKey, RegionMember, reference
from app.network.models.states import Plate, journalled, one_of

LEVELS = {"county": 1, "town": 2, "community": 3}
UNIT_KINDS = ("management", "customer_service", "support", "maintenance")
SHARE_OWNERS = ("section", "segment")


class Grid(Plate, NetworkKey, Base):
    """A county, town or community. ``parent_level`` lets the key say that a parent is exactly one level up."""

    __tablename__ = "grid"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        UniqueConstraint("region_id", "id", "level"),
        ForeignKeyConstraint(["region_id"], ["region.id"]),
        ForeignKeyConstraint(
            ["region_id", "parent_id", "parent_level"], ["grid.region_id", "grid.id", "grid.level"], deferrable=True, initially="DEFERRED"
        ),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("(level = 1) = (parent_id IS NULL)", name="parent"),
        Index("ix_grid_geom", "geom", postgresql_using="gist"),
        journalled(),
    )

    level: Mapped[int] = mapped_column(SmallInteger)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    parent_level: Mapped[int | None] = mapped_column(
        SmallInteger, Computed("CASE WHEN parent_id IS NOT NULL THEN level - 1 END", persisted=True)
    )
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    geom = mapped_column(Geometry("MULTIPOLYGON", 4490, spatial_index=False), nullable=False)
    geom_3857 = mapped_column(
        Geometry("MULTIPOLYGON", 3857, spatial_index=False), Computed("ST_Transform(geom, 3857)", persisted=True), nullable=True
    )


class MaintenanceUnit(Plate, NetworkKey, Base):
    __tablename__ = "maintenance_unit"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        ForeignKeyConstraint(["region_id"], ["region.id"]),
        one_of("kind", UNIT_KINDS),
        journalled(),
    )

    kind: Mapped[str] = mapped_column(Text)
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)


class GridMaintenanceUnit(RegionMember, Base):
    """Several units may serve one grid, and one unit several grids (R56)."""

    __tablename__ = "grid_maintenance_unit"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "grid_id", "unit_id"),
        reference("grid_id", "grid"),
        reference("unit_id", "maintenance_unit"),
        journalled("grid_id"),
    )

    grid_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(BigInteger)


class CustomerArea(Plate, NetworkKey, Base):
    """An area of large customers; such areas may overlap and follow no grid (R60)."""

    __tablename__ = "customer_area"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        ForeignKeyConstraint(["region_id"], ["region.id"]),
        Index("ix_customer_area_geom", "geom", postgresql_using="gist"),
        journalled(),
    )

    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    geom = mapped_column(Geometry("MULTIPOLYGON", 4490, spatial_index=False), nullable=False)


class GridShare(Base):
    """The part of a line's length that lies in each community; 0 is the ground outside every grid. Derived, never edited.

    ``metres`` are the whole metres that ``grid_tally`` counts by; a share of 0 is a line that has left the grid since it was counted last.
    """

    __tablename__ = "grid_share"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "owner_kind", "owner_id", "grid_id"),
        one_of("owner_kind", SHARE_OWNERS),
        CheckConstraint("share >= 0 AND share <= 1.000001", name="share"),
        CheckConstraint("metres >= 0", name="metres"),
        {"info": NETWORK},
    )

    region_id: Mapped[int] = mapped_column(BigInteger)
    owner_kind: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(BigInteger)
    grid_id: Mapped[int] = mapped_column(BigInteger)
    share: Mapped[float]
    metres: Mapped[int] = mapped_column(BigInteger, server_default="0")
