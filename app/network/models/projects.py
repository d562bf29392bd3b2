"""Building projects: what planned plant belongs to."""
from sqlalchemy import ForeignKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey
from app.network.models.states import Plate, journalled


class Project(Plate, NetworkKey, Base):
    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("region_id", "code_key"), ForeignKeyConstraint(["region_id"], ["region.id"]), journalled())

    name_zh: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'open'"))
