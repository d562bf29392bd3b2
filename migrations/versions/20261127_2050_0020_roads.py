"""Roads, along which new ducts are planned."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "road",
        sa.Column("region_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), sa.Computed("upper(btrim(normalize(code, NFKC)))", persisted=True), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("geom", Geometry("LINESTRING", 4490, spatial_index=False), nullable=False),
        sa.Column("change_id", sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_road_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_road")),
        sa.UniqueConstraint("region_id", "code_key", name=op.f("uq_road_region_id_code_key")),
    )
    op.create_index("ix_road_geom", "road", ["geom"], unique=False, postgresql_using="gist")
    op.execute("CREATE TRIGGER journal BEFORE INSERT OR UPDATE OR DELETE ON road FOR EACH ROW EXECUTE FUNCTION netgrid_journal('id', 'road')")


def downgrade():
    op.execute("DELETE FROM code_index USING road WHERE road.region_id = code_index.region_id AND road.id = code_index.id AND kind = 'road'")
    op.drop_table("road")
