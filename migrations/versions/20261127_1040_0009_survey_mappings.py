"""How surveys of other layouts are read, kept by name and taken again for the same headers."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'survey_mapping',
        sa.Column('region_id', sa.BigInteger(), nullable=False),
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('body', postgresql.JSONB(), nullable=False),
        sa.Column('fingerprints', sa.ARRAY(sa.Text()), nullable=False),
        sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
        sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_survey_mapping_region_id')),
        sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_survey_mapping')),
        sa.UniqueConstraint('region_id', 'name', name=op.f('uq_survey_mapping_region_id_name')),
    )
    op.execute(
        "CREATE TRIGGER journal BEFORE INSERT OR UPDATE OR DELETE ON survey_mapping"
        " FOR EACH ROW EXECUTE FUNCTION netgrid_journal('id', 'survey_mapping')"
    )


def downgrade():
    op.drop_table('survey_mapping')
