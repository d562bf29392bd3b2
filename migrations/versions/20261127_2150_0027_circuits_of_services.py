"""The services that ever held a circuit are found without reading all of them."""
from alembic import op

revision = '0027'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_service_resource_circuit', 'service_resource', ['region_id', 'circuit_id'], postgresql_where='circuit_id IS NOT NULL')


def downgrade():
    op.drop_index('ix_service_resource_circuit', 'service_resource')
