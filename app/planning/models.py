"""What scenarios add to the pace of the past, entered by planners on the map; the examples of ``growth_factors.csv`` stand beside."""

from datetime import date

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Date, Double, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, reference
from app.network.models.states import journalled, one_of
from app.services.models.customers import PRODUCTS

FACTOR_KINDS = ("new_building", "campaign", "churn")


class GrowthFactor(NetworkKey, Base):
    """A new building with its lines, a campaign, or churn; it counts in its grid as `app.planning.factors.Factor` tells."""

    __tablename__ = "growth_factor"
    __table_args__ = (
        reference("grid_id", "grid"),
        one_of("kind", FACTOR_KINDS),
        one_of("product", PRODUCTS),
        CheckConstraint("length(btrim(scenario)) BETWEEN 1 AND 60", name="scenario"),
        CheckConstraint("(kind = 'new_building') = (line_count IS NOT NULL)", name="line_count"),
        CheckConstraint("(kind = 'new_building') = (ratio IS NULL)", name="ratio"),
        CheckConstraint("line_count > 0", name="line_count_positive"),
        CheckConstraint("ratio >= 0", name="ratio_positive"),
        CheckConstraint("until_on >= from_on", name="until_on"),
        Index("ix_growth_factor_scenario", "region_id", "scenario"),
        journalled(),
    )

    scenario: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    grid_id: Mapped[int] = mapped_column(BigInteger)
    product: Mapped[str] = mapped_column(Text)
    line_count: Mapped[int | None] = mapped_column(Integer)
    ratio: Mapped[float | None] = mapped_column(Double)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Text)
    geom = mapped_column(Geometry("POINT", 4490, spatial_index=False), nullable=True)
