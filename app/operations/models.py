"""Orders with their steps and pauses, the moves of a cutover, and what projects claim of live plant."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, NetworkKey, RegionMember, reference
from app.network.models.states import Plate, journalled, one_of
from app.services.models.customers import PRODUCTS

ORDER_KINDS = ("install", "remove", "move", "change", "restore", "cutover")
ORDER_STATES = ("open", "paused", "closed", "cancelled")
MOVE_STATES = ("planned", "done", "rolled_back")
MOMENT = TIMESTAMP(timezone=True)


class WorkOrder(Plate, NetworkKey, Base):
    """An order on its way through the steps of ``steps.csv``; ``design`` is the chain chosen, hop by hop, with the reasons."""

    __tablename__ = "work_order"
    __table_args__ = (
        UniqueConstraint("region_id", "code_key"),
        reference("customer_id", "customer"),
        reference("address_id", "address"),
        reference("service_id", "service"),
        reference("reservation_id", "reservation"),
        one_of("kind", ORDER_KINDS),
        one_of("state", ORDER_STATES),
        one_of("product", PRODUCTS),
        CheckConstraint("rate_mbit > 0", name="rate_mbit"),
        CheckConstraint("(state IN ('closed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_at"),
        # One order at a time works on a service.
        Index(
            "uq_work_order_service",
            "region_id",
            "service_id",
            unique=True,
            postgresql_where=text("service_id IS NOT NULL AND ended_at IS NULL"),
        ),
        Index("ix_work_order_state", "region_id", "state", "id"),
        journalled(),
    )

    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text)
    product: Mapped[str | None] = mapped_column(Text)
    rate_mbit: Mapped[float | None]
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    address_id: Mapped[int | None] = mapped_column(BigInteger)
    service_id: Mapped[int | None] = mapped_column(BigInteger)
    reservation_id: Mapped[int | None] = mapped_column(BigInteger)
    opened_by: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    wish: Mapped[dict | None] = mapped_column(JSONB)
    design: Mapped[dict | None] = mapped_column(JSONB)
    note: Mapped[str | None] = mapped_column(Text)


class WorkOrderStep(RegionMember, Base):
    """One step of an order: whose it is, until when, and who did it when."""

    __tablename__ = "work_order_step"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "order_id", "seq"),
        UniqueConstraint("region_id", "order_id", "step"),
        reference("order_id", "work_order"),
        CheckConstraint("seq > 0", name="seq"),
        journalled("order_id"),
    )

    order_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(SmallInteger)
    step: Mapped[str] = mapped_column(Text)
    speciality: Mapped[str] = mapped_column(Text)
    owner_role: Mapped[str] = mapped_column(Text)
    kpi_points: Mapped[int] = mapped_column(SmallInteger)
    due_at: Mapped[datetime] = mapped_column(MOMENT)
    done_at: Mapped[datetime | None] = mapped_column(MOMENT)
    done_by: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


class WorkOrderPause(RegionMember, Base):
    """A stretch in which the clock of an order stood still, with the reason from ``pause_reasons.csv`` (R68)."""

    __tablename__ = "work_order_pause"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "order_id", "no"),
        reference("order_id", "work_order"),
        CheckConstraint("until_at >= from_at", name="until_at"),
        journalled("order_id"),
    )

    order_id: Mapped[int] = mapped_column(BigInteger)
    no: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(Text)
    from_at: Mapped[datetime] = mapped_column(MOMENT)
    until_at: Mapped[datetime | None] = mapped_column(MOMENT)
    note: Mapped[str | None] = mapped_column(Text)


class CutoverMove(RegionMember, Base):
    """One line of a cutover's sheet: what ends at one port is to end at another; a port is named once as source and once as target."""

    __tablename__ = "cutover_move"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "order_id", "seq"),
        UniqueConstraint("region_id", "order_id", "from_port_id"),
        UniqueConstraint("region_id", "order_id", "to_port_id"),
        reference("order_id", "work_order"),
        reference("from_port_id", "port"),
        reference("to_port_id", "port"),
        one_of("state", MOVE_STATES),
        CheckConstraint("from_port_id <> to_port_id", name="two_ports"),
        journalled("order_id"),
    )

    order_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(SmallInteger)
    from_port_id: Mapped[int] = mapped_column(BigInteger)
    to_port_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)


class ProjectClaim(RegionMember, Base):
    """A duct, strand or rack unit of live plant that a project will take; nobody else's project can claim it too."""

    __tablename__ = "project_claim"
    __table_args__ = (
        PrimaryKeyConstraint("region_id", "project_id", "seq"),
        UniqueConstraint("region_id", "duct_id"),
        UniqueConstraint("region_id", "conductor_id"),
        UniqueConstraint("region_id", "rack_id", "face", "u_no"),
        reference("project_id", "project"),
        reference("duct_id", "duct"),
        reference("conductor_id", "conductor"),
        reference("rack_id", "rack"),
        CheckConstraint("num_nonnulls(duct_id, conductor_id, rack_id) = 1", name="one_thing"),
        CheckConstraint("num_nonnulls(rack_id, face, u_no) IN (0, 3)", name="rack_unit"),
        journalled("project_id"),
    )

    project_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(SmallInteger)
    duct_id: Mapped[int | None] = mapped_column(BigInteger)
    conductor_id: Mapped[int | None] = mapped_column(BigInteger)
    rack_id: Mapped[int | None] = mapped_column(BigInteger)
    face: Mapped[str | None] = mapped_column(Text)
    u_no: Mapped[int | None] = mapped_column(SmallInteger)
