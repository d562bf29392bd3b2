"""Saved questions and their runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None
AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade():
    op.create_table(
        "saved_question",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("given", JSON, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("every", sa.Text(), nullable=True),
        sa.Column("next_at", AT, nullable=True),
        sa.Column("saved_at", AT, nullable=False),
        sa.CheckConstraint("every IN ('day', 'week', 'month')", name=op.f("ck_saved_question_every")),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_saved_question_language")),
        sa.CheckConstraint("(every IS NULL) = (next_at IS NULL)", name=op.f("ck_saved_question_next_at")),
        sa.CheckConstraint("length(btrim(name)) BETWEEN 1 AND 120", name=op.f("ck_saved_question_name")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_saved_question_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_saved_question")),
    )
    op.create_index("ix_saved_question_owner", "saved_question", ["region_id", "owner"], unique=False)
    op.create_index("ix_saved_question_next_at", "saved_question", ["region_id", "next_at"], unique=False)
    op.create_table(
        "question_run",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("saved_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("given", JSON, nullable=False),
        sa.Column("sees_personal", sa.Boolean(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("started_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("attempt_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("product_version", sa.Text(), nullable=True),
        sa.Column("data_version", sa.BigInteger(), nullable=True),
        sa.Column("data_on", sa.Date(), nullable=True),
        sa.Column("answer", JSON, nullable=True),
        sa.Column("problem", JSON, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_question_run_state")),
        sa.CheckConstraint("(state = 'done') = (answer IS NOT NULL)", name=op.f("ck_question_run_answer")),
        sa.CheckConstraint("(state = 'failed') = (problem IS NOT NULL)", name=op.f("ck_question_run_problem")),
        sa.CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name=op.f("ck_question_run_ended_at")),
        sa.ForeignKeyConstraint(
            ["region_id", "saved_id"], ["saved_question.region_id", "saved_question.id"], name=op.f("fk_question_run_region_id_saved_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_question_run")),
    )
    op.create_index("ix_question_run_saved_id", "question_run", ["region_id", "saved_id", "id"], unique=False)
    op.create_index("ix_question_run_state", "question_run", ["region_id", "state"], unique=False)


def downgrade():
    op.drop_table("question_run")
    op.drop_table("saved_question")
