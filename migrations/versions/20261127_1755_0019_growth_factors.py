"""Factors of growth that planners enter."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "growth_factor",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=True),
        sa.Column("ratio", sa.Double(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("geom", Geometry("POINT", 4490, spatial_index=False), nullable=True),
        sa.Column("change_id", sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.CheckConstraint("(kind = 'new_building') = (line_count IS NOT NULL)", name=op.f("ck_growth_factor_line_count")),
        sa.CheckConstraint("(kind = 'new_building') = (ratio IS NULL)", name=op.f("ck_growth_factor_ratio")),
        sa.CheckConstraint("kind IN ('new_building', 'campaign', 'churn')", name=op.f("ck_growth_factor_kind")),
        sa.CheckConstraint("length(btrim(scenario)) BETWEEN 1 AND 60", name=op.f("ck_growth_factor_scenario")),
        sa.CheckConstraint("line_count > 0", name=op.f("ck_growth_factor_line_count_positive")),
        sa.CheckConstraint("product IN ('pots', 'adsl', 'vdsl', 'lan', 'ftth', 'leased_line')", name=op.f("ck_growth_factor_product")),
        sa.CheckConstraint("ratio >= 0", name=op.f("ck_growth_factor_ratio_positive")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_growth_factor_until_on")),
        sa.ForeignKeyConstraint(["region_id", "grid_id"], ["grid.region_id", "grid.id"], name=op.f("fk_growth_factor_region_id_grid_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_growth_factor")),
    )
    op.create_index("ix_growth_factor_scenario", "growth_factor", ["region_id", "scenario"], unique=False)
    op.execute("CREATE TRIGGER journal BEFORE INSERT OR UPDATE OR DELETE ON growth_factor FOR EACH ROW"
               " EXECUTE FUNCTION netgrid_journal('id', 'growth_factor')")


def downgrade():
    op.drop_table("growth_factor")
