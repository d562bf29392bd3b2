"""Photos of surveys."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "photo",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("surveyor", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("thing_id", sa.BigInteger(), nullable=True),
        sa.Column("geom", Geometry("POINT", 4490, spatial_index=False), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("preview", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("format IN ('jpeg', 'png', 'webp')", name=op.f("ck_photo_format")),
        sa.CheckConstraint("(kind IS NULL) = (thing_id IS NULL)", name=op.f("ck_photo_thing")),
        sa.ForeignKeyConstraint(
            ["region_id", "batch_id"], ["survey_batch.region_id", "survey_batch.id"], name=op.f("fk_photo_region_id_batch_id")
        ),
        sa.PrimaryKeyConstraint("region_id", "batch_id", "no", name=op.f("pk_photo")),
    )
    # Pictures are packed already.
    op.execute("ALTER TABLE photo ALTER COLUMN content SET STORAGE EXTERNAL, ALTER COLUMN preview SET STORAGE EXTERNAL")
    where = sa.text("thing_id IS NOT NULL")
    op.create_index("ix_photo_thing", "photo", ["region_id", "kind", "thing_id"], unique=False, postgresql_where=where)
    op.create_index("ix_photo_sha256", "photo", ["region_id", "sha256"], unique=False)


def downgrade():
    op.drop_table("photo")
