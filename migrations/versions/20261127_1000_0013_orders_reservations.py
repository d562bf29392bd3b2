"""Reservations, orders with their steps, cutovers, claims of projects, and blocks of ports and strands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Table, and the column under which the journal files its rows.
JOURNALLED = {
    "reservation": "id",
    "work_order": "id",
    "work_order_step": "order_id",
    "work_order_pause": "order_id",
    "cutover_move": "order_id",
    "project_claim": "project_id",
    "member_block": "id",
}


def upgrade():
    op.create_table(
        "project_claim",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("duct_id", sa.BigInteger(), nullable=True),
        sa.Column("conductor_id", sa.BigInteger(), nullable=True),
        sa.Column("rack_id", sa.BigInteger(), nullable=True),
        sa.Column("face", sa.Text(), nullable=True),
        sa.Column("u_no", sa.SmallInteger(), nullable=True),
        sa.Column("change_id", sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.CheckConstraint("num_nonnulls(duct_id, conductor_id, rack_id) = 1", name=op.f("ck_project_claim_one_thing")),
        sa.CheckConstraint("num_nonnulls(rack_id, face, u_no) IN (0, 3)", name=op.f("ck_project_claim_rack_unit")),
        sa.ForeignKeyConstraint(
            ["region_id", "conductor_id"], ["conductor.region_id", "conductor.id"], name=op.f("fk_project_claim_region_id_conductor_id")
        ),
        sa.ForeignKeyConstraint(["region_id", "duct_id"], ["duct.region_id", "duct.id"], name=op.f("fk_project_claim_region_id_duct_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"], ["project.region_id", "project.id"], name=op.f("fk_project_claim_region_id_project_id")
        ),
        sa.ForeignKeyConstraint(["region_id", "rack_id"], ["rack.region_id", "rack.id"], name=op.f("fk_project_claim_region_id_rack_id")),
        sa.PrimaryKeyConstraint("region_id", "project_id", "seq", name=op.f("pk_project_claim")),
        sa.UniqueConstraint("region_id", "conductor_id", name=op.f("uq_project_claim_region_id_conductor_id")),
        sa.UniqueConstraint("region_id", "duct_id", name=op.f("uq_project_claim_region_id_duct_id")),
        sa.UniqueConstraint("region_id", "rack_id", "face", "u_no", name=op.f("uq_project_claim_region_id_rack_id_face_u_no")),
    )
    op.create_table(
        "member_block",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conductor_id", sa.BigInteger(), nullable=True),
        sa.Column("port_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("health_before", sa.Text(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.CheckConstraint("health_before IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f("ck_member_block_health_before")),
        sa.CheckConstraint("num_nonnulls(conductor_id, port_id) = 1", name=op.f("ck_member_block_one_thing")),
        sa.ForeignKeyConstraint(
            ["region_id", "conductor_id"], ["conductor.region_id", "conductor.id"], name=op.f("fk_member_block_region_id_conductor_id")
        ),
        sa.ForeignKeyConstraint(["region_id", "port_id"], ["port.region_id", "port.id"], name=op.f("fk_member_block_region_id_port_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_member_block")),
        sa.UniqueConstraint("region_id", "conductor_id", name=op.f("uq_member_block_region_id_conductor_id")),
        sa.UniqueConstraint("region_id", "port_id", name=op.f("uq_member_block_region_id_port_id")),
    )
    op.create_table(
        "reservation",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), sa.Computed("upper(btrim(normalize(code, NFKC)))", persisted=True), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("circuit_id", sa.BigInteger(), nullable=True),
        sa.Column("number_id", sa.BigInteger(), nullable=True),
        sa.Column("vlan_id", sa.BigInteger(), nullable=True),
        sa.Column("prefix_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("until_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("change_id", sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.CheckConstraint("(state = 'held') = (ended_at IS NULL)", name=op.f("ck_reservation_ended_at")),
        sa.CheckConstraint(
            "(state = 'held') = (num_nonnulls(circuit_id, number_id, vlan_id, prefix_id) > 0)", name=op.f("ck_reservation_holds")
        ),
        sa.CheckConstraint("product IN ('pots', 'adsl', 'vdsl', 'lan', 'ftth', 'leased_line')", name=op.f("ck_reservation_product")),
        sa.CheckConstraint("state IN ('held', 'used', 'released', 'expired')", name=op.f("ck_reservation_state")),
        sa.CheckConstraint("until_at > made_at", name=op.f("ck_reservation_until_at")),
        sa.ForeignKeyConstraint(
            ["region_id", "address_id"], ["address.region_id", "address.id"], name=op.f("fk_reservation_region_id_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "circuit_id"], ["circuit.region_id", "circuit.id"], name=op.f("fk_reservation_region_id_circuit_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "customer_id"], ["customer.region_id", "customer.id"], name=op.f("fk_reservation_region_id_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "number_id"], ["number.region_id", "number.id"], name=op.f("fk_reservation_region_id_number_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "prefix_id"], ["ip_prefix.region_id", "ip_prefix.id"], name=op.f("fk_reservation_region_id_prefix_id")
        ),
        sa.ForeignKeyConstraint(["region_id", "vlan_id"], ["vlan.region_id", "vlan.id"], name=op.f("fk_reservation_region_id_vlan_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("region_id", "circuit_id", name=op.f("uq_reservation_region_id_circuit_id")),
        sa.UniqueConstraint("region_id", "code_key", name=op.f("uq_reservation_region_id_code_key")),
        sa.UniqueConstraint("region_id", "number_id", name=op.f("uq_reservation_region_id_number_id")),
        sa.UniqueConstraint("region_id", "prefix_id", name=op.f("uq_reservation_region_id_prefix_id")),
        sa.UniqueConstraint("region_id", "vlan_id", name=op.f("uq_reservation_region_id_vlan_id")),
    )
    op.create_index("ix_reservation_until", "reservation", ["region_id", "state", "until_at"], unique=False)
    op.create_table(
        "work_order",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), sa.Computed("upper(btrim(normalize(code, NFKC)))", persisted=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("rate_mbit", sa.Double(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("service_id", sa.BigInteger(), nullable=True),
        sa.Column("reservation_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("wish", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("design", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("change_id", sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.CheckConstraint("(state IN ('closed', 'cancelled')) = (ended_at IS NOT NULL)", name=op.f("ck_work_order_ended_at")),
        sa.CheckConstraint("kind IN ('install', 'remove', 'move', 'change', 'restore', 'cutover')", name=op.f("ck_work_order_kind")),
        sa.CheckConstraint("product IN ('pots', 'adsl', 'vdsl', 'lan', 'ftth', 'leased_line')", name=op.f("ck_work_order_product")),
        sa.CheckConstraint("state IN ('open', 'paused', 'closed', 'cancelled')", name=op.f("ck_work_order_state")),
        sa.CheckConstraint("rate_mbit > 0", name=op.f("ck_work_order_rate_mbit")),
        sa.ForeignKeyConstraint(
            ["region_id", "address_id"], ["address.region_id", "address.id"], name=op.f("fk_work_order_region_id_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "customer_id"], ["customer.region_id", "customer.id"], name=op.f("fk_work_order_region_id_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "reservation_id"],
            ["reservation.region_id", "reservation.id"],
            name=op.f("fk_work_order_region_id_reservation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "service_id"], ["service.region_id", "service.id"], name=op.f("fk_work_order_region_id_service_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_work_order")),
        sa.UniqueConstraint("region_id", "code_key", name=op.f("uq_work_order_region_id_code_key")),
    )
    op.create_index("ix_work_order_state", "work_order", ["region_id", "state", "id"], unique=False)
    op.create_index(
        "uq_work_order_service",
        "work_order",
        ["region_id", "service_id"],
        unique=True,
        postgresql_where=sa.text("service_id IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "cutover_move",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("from_port_id", sa.BigInteger(), nullable=False),
        sa.Column("to_port_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'done', 'rolled_back')", name=op.f("ck_cutover_move_state")),
        sa.CheckConstraint("from_port_id <> to_port_id", name=op.f("ck_cutover_move_two_ports")),
        sa.ForeignKeyConstraint(
            ["region_id", "from_port_id"], ["port.region_id", "port.id"], name=op.f("fk_cutover_move_region_id_from_port_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "order_id"], ["work_order.region_id", "work_order.id"], name=op.f("fk_cutover_move_region_id_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "to_port_id"], ["port.region_id", "port.id"], name=op.f("fk_cutover_move_region_id_to_port_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "order_id", "seq", name=op.f("pk_cutover_move")),
        sa.UniqueConstraint("region_id", "order_id", "from_port_id", name=op.f("uq_cutover_move_region_id_order_id_from_port_id")),
        sa.UniqueConstraint("region_id", "order_id", "to_port_id", name=op.f("uq_cutover_move_region_id_order_id_to_port_id")),
    )
    op.create_table(
        "work_order_pause",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("until_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("change_id", sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.CheckConstraint("until_at >= from_at", name=op.f("ck_work_order_pause_until_at")),
        sa.ForeignKeyConstraint(
            ["region_id", "order_id"], ["work_order.region_id", "work_order.id"], name=op.f("fk_work_order_pause_region_id_order_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "order_id", "no", name=op.f("pk_work_order_pause")),
    )
    op.create_table(
        "work_order_step",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("speciality", sa.Text(), nullable=False),
        sa.Column("owner_role", sa.Text(), nullable=False),
        sa.Column("kpi_points", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("done_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("change_id", sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_work_order_step_seq")),
        sa.ForeignKeyConstraint(
            ["region_id", "order_id"], ["work_order.region_id", "work_order.id"], name=op.f("fk_work_order_step_region_id_order_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "order_id", "seq", name=op.f("pk_work_order_step")),
        sa.UniqueConstraint("region_id", "order_id", "step", name=op.f("uq_work_order_step_region_id_order_id_step")),
    )
    op.create_index("ix_number_idle", "number", ["region_id", "block_id", "digits"], unique=False, postgresql_where=sa.text("use = 'idle'"))
    for table, row_id in JOURNALLED.items():
        op.execute(
            f"CREATE TRIGGER journal BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION netgrid_journal('{row_id}', '{table}')"
        )


def downgrade():
    op.drop_index("ix_number_idle", table_name="number")
    op.drop_table("work_order_step")
    op.drop_table("work_order_pause")
    op.drop_table("cutover_move")
    op.drop_index("uq_work_order_service", table_name="work_order", postgresql_where=sa.text("service_id IS NOT NULL AND ended_at IS NULL"))
    op.drop_index("ix_work_order_state", table_name="work_order")
    op.drop_table("work_order")
    op.drop_index("ix_reservation_until", table_name="reservation")
    op.drop_table("reservation")
    op.drop_table("member_block")
    op.drop_table("project_claim")
