"""VLANs that nobody has are found in order without reading those that somebody has."""
from alembic import op

revision = '0014'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        'ix_vlan_idle', 'vlan', ['region_id', 'gateway_equipment_id', 's_vlan', 'c_vlan'],
        postgresql_where="use = 'idle' AND c_vlan IS NOT NULL",
    )


def downgrade():
    op.drop_index('ix_vlan_idle', 'vlan')
