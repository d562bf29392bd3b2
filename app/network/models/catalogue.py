"""Products: equipment, cards and cables as the vendors make them. Shared by all regions; never points at the network."""
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import CATALOGUE, Base
from app.network.models.states import one_of

PORT_ROLES = ("plain", "panel", "split_in", "split_out")
MEDIA = ("fibre", "copper")


class EquipmentModel(Base):
    __tablename__ = "equipment_model"
    __table_args__ = (
        UniqueConstraint("code"),
        one_of("medium", MEDIA),
        CheckConstraint("kind <> 'cable' OR (medium IS NOT NULL AND conductor_count > 0 AND tube_size > 0)", name="cable_counts"),
        {"info": CATALOGUE},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name_zh: Mapped[str | None] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)
    vendor: Mapped[str | None] = mapped_column(Text)
    height_u: Mapped[int | None]
    power_w: Mapped[float | None]
    medium: Mapped[str | None] = mapped_column(Text)
    conductor_count: Mapped[int | None]
    tube_size: Mapped[int | None]
    outer_mm: Mapped[float | None]
    index_n: Mapped[float | None]


class ModelPort(Base):
    __tablename__ = "model_port"
    __table_args__ = (
        PrimaryKeyConstraint("model_id", "no"),
        one_of("role", PORT_ROLES),
        CheckConstraint("(split_no IS NOT NULL) = starts_with(role, 'split')", name="split_no"),
        {"info": CATALOGUE},
    )

    model_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("equipment_model.id"))
    no: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    split_no: Mapped[int | None]
    port_type: Mapped[str] = mapped_column(Text)


class ModelSlot(Base):
    __tablename__ = "model_slot"
    __table_args__ = (PrimaryKeyConstraint("model_id", "no"), {"info": CATALOGUE})

    model_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("equipment_model.id"))
    no: Mapped[str] = mapped_column(Text)
    card_type: Mapped[str] = mapped_column(Text)
