"""The few circuits that maps draw are found among the many lines of customers."""
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_circuit_kind', 'circuit', ['region_id', 'kind'], unique=False)


def downgrade():
    op.drop_index('ix_circuit_kind', table_name='circuit')
