"""Batches keep to the area of whoever hands them in."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("survey_batch", sa.Column("area", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade():
    op.drop_column("survey_batch", "area")
