"""Roads: the ground along which new ducts may be dug. They are no plant; planners bring them as lines."""
from geoalchemy2 import Geometry
from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey
from app.network.models.states import Plate, journalled


class Road(Plate, NetworkKey, Base):
    """A line of a road; roads that cross meet there, whether a point is drawn or not."""

    __tablename__ = "road"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        ForeignKeyConstraint(["region_id"], ["region.id"]),
        Index("ix_road_geom", "geom", postgresql_using="gist"),
        journalled(),
    )

    name_zh: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    geom = mapped_column(Geometry("LINESTRING", 4490, spatial_index=False), nullable=False)
