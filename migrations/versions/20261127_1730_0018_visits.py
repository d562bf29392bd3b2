"""Visits of the front office."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.create_table(
        "visit",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("handed_by", sa.Text(), nullable=False),
        sa.Column("handed_at", AT, nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_visit_closed_by")),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_visit_closed_at")),
        sa.CheckConstraint("product IN ('pots', 'adsl', 'vdsl', 'lan', 'ftth', 'leased_line')", name=op.f("ck_visit_product")),
        sa.CheckConstraint("state IN ('open', 'won', 'lost', 'later')", name=op.f("ck_visit_state")),
        sa.ForeignKeyConstraint(
            ["region_id", "address_id"], ["address.region_id", "address.id"], name=op.f("fk_visit_region_id_address_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_visit")),
    )
    op.create_index(
        "uq_visit_open", "visit", ["region_id", "address_id"], unique=True, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("ix_visit_owner", "visit", ["region_id", "owner", "state"], unique=False)


def downgrade():
    op.drop_table("visit")
