"""Continuity: a joint joins exactly two terminations, and a termination is in at most one joint. The keys below say both.

A termination is the number ``end_key``: conductor id x 8 + face (0 = A end, 1 = Z end), or port id x 8 + 4 + face
(0 back, 1 front, 2 splitter input, 3 splitter output).
"""
from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Computed,
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
from app.network.models.states import LIFE, journalled, one_of

JOINT_KINDS = ("splice", "through", "termination", "patch", "jumper")
END_KEY = "CASE WHEN conductor_id IS NOT NULL THEN conductor_id * 8 + face ELSE port_id * 8 + 4 + face END"


class Joint(NetworkKey, Base):
    __tablename__ = "joint"
    __table_args__ = (
        reference("equipment_id", "equipment"),
        one_of("kind", JOINT_KINDS),
        one_of("life", LIFE),
        CheckConstraint("loss_db >= 0", name="loss_db"),
        Index("ix_joint_equipment", "region_id", "equipment_id"),
        journalled(),
    )

    kind: Mapped[str] = mapped_column(Text)
    equipment_id: Mapped[int | None] = mapped_column(BigInteger)
    tray_no: Mapped[str | None] = mapped_column(Text)
    loss_db: Mapped[float | None] = mapped_column(REAL)
    life: Mapped[str] = mapped_column(Text, server_default=text("'in_service'"))


class JointEnd(RegionMember, Base):
    __tablename__ = "joint_end"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "end_key"),
        UniqueConstraint("region_id", "end_key", "mate_key", "joint_id"),
        CheckConstraint("num_nonnulls(conductor_id, port_id) = 1", name="one_thing"),
        CheckConstraint("end_key <> mate_key", name="two_ends"),
        CheckConstraint("face BETWEEN 0 AND CASE WHEN conductor_id IS NULL THEN 3 ELSE 1 END", name="face"),
        ForeignKeyConstraint(
            ["region_id", "mate_key", "end_key", "joint_id"],
            ["joint_end.region_id", "joint_end.end_key", "joint_end.mate_key", "joint_end.joint_id"],
            name="fk_joint_end_mate", deferrable=True, initially="DEFERRED",
        ),
        reference("joint_id", "joint"),
        reference("conductor_id", "conductor"),
        reference("port_id", "port"),
        Index("uq_joint_end_half", "region_id", "joint_id", text("(end_key < mate_key)"), unique=True),
        journalled("joint_id"),
    )

    joint_id: Mapped[int] = mapped_column(BigInteger)
    conductor_id: Mapped[int | None] = mapped_column(BigInteger)
    port_id: Mapped[int | None] = mapped_column(BigInteger)
    face: Mapped[int] = mapped_column(SmallInteger)
    end_key: Mapped[int] = mapped_column(BigInteger, Computed(END_KEY, persisted=True))
    mate_key: Mapped[int] = mapped_column(BigInteger)
