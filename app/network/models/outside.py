"""Route: structures (points), sections between them (lines), ducts inside a section."""
from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKeyConstraint, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, reference
from app.network.models.states import Owner, Plate, States, journalled, one_of, owner_checks, owner_keys, state_checks

STRUCTURE_KINDS = ("building", "manhole", "handhole", "pole", "street_cabinet", "riser", "marker")
SECTION_KINDS = ("duct_section", "pole_span", "trench", "riser", "wall", "bridge")


class Structure(Plate, Owner, Base):
    __tablename__ = "structure"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        reference("grid_id", "grid"),
        *owner_keys(),
        *owner_checks(),
        one_of("kind", STRUCTURE_KINDS),
        Index("ix_structure_geom", "geom", postgresql_using="gist"),
        Index("ix_structure_grid", "region_id", "grid_id"),
        journalled(),
    )

    kind: Mapped[str] = mapped_column(Text)
    grid_id: Mapped[int | None] = mapped_column(BigInteger)
    geom = mapped_column(Geometry("POINT", 4490, spatial_index=False), nullable=False)
    geom_3857 = mapped_column(
        Geometry("POINT", 3857, spatial_index=False), Computed("ST_Transform(geom, 3857)", persisted=True), nullable=True
    )
    accuracy_m: Mapped[float | None]


class Section(Plate, Owner, Base):
    __tablename__ = "section"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        reference("a_structure_id", "structure"),
        reference("z_structure_id", "structure"),
        *owner_keys(),
        *owner_checks(),
        one_of("kind", SECTION_KINDS),
        CheckConstraint("a_structure_id <> z_structure_id", name="two_ends"),
        CheckConstraint("length_m > 0", name="length_m"),
        Index("ix_section_geom", "geom", postgresql_using="gist"),
        Index("ix_section_a", "region_id", "a_structure_id"),
        Index("ix_section_z", "region_id", "z_structure_id"),
        journalled(),
    )

    kind: Mapped[str] = mapped_column(Text)
    a_structure_id: Mapped[int] = mapped_column(BigInteger)
    z_structure_id: Mapped[int] = mapped_column(BigInteger)
    length_m: Mapped[float]
    geom = mapped_column(Geometry("LINESTRING", 4490, spatial_index=False), nullable=False)
    geom_3857 = mapped_column(
        Geometry("LINESTRING", 3857, spatial_index=False), Computed("ST_Transform(geom, 3857)", persisted=True), nullable=True
    )


class Duct(States, Base):
    """A hole (``parent_id`` null) or a subduct in a hole; ``is_subduct`` lets the keys speak of subducts alone."""

    __tablename__ = "duct"
    __table_args__ = (
        UniqueConstraint("region_id", "section_id", "parent_id", "no", postgresql_nulls_not_distinct=True),
        UniqueConstraint("region_id", "section_id", "id", "is_subduct"),
        reference("section_id", "section"),
        ForeignKeyConstraint(
            ["region_id", "section_id", "parent_id", "parent_is_subduct"],
            ["duct.region_id", "duct.section_id", "duct.id", "duct.is_subduct"],
        ),
        *state_checks(),
        CheckConstraint("inner_mm > 0", name="inner_mm"),
        journalled(),
    )

    section_id: Mapped[int] = mapped_column(BigInteger)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    is_subduct: Mapped[bool] = mapped_column(Computed("parent_id IS NOT NULL", persisted=True))
    parent_is_subduct: Mapped[bool | None] = mapped_column(Computed("CASE WHEN parent_id IS NOT NULL THEN false END", persisted=True))
    no: Mapped[str] = mapped_column(Text)
    row_no: Mapped[int | None] = mapped_column(SmallInteger)
    col_no: Mapped[int | None] = mapped_column(SmallInteger)
    inner_mm: Mapped[float | None]
