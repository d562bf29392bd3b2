"""What the network's own management last saw of each port."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('port_observation',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('port_id', sa.BigInteger(), nullable=False),
    sa.Column('oper_state', sa.Text(), nullable=False),
    sa.Column('seen_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("oper_state IN ('up', 'down')", name=op.f('ck_port_observation_oper_state')),
    sa.ForeignKeyConstraint(['region_id', 'port_id'], ['port.region_id', 'port.id'], name=op.f('fk_port_observation_region_id_port_id')),
    sa.PrimaryKeyConstraint('region_id', 'port_id', name=op.f('pk_port_observation'))
    )
    op.execute(
        "CREATE TRIGGER journal BEFORE INSERT OR UPDATE OR DELETE ON port_observation"
        " FOR EACH ROW EXECUTE FUNCTION netgrid_journal('port_id', 'port_observation')"
    )


def downgrade():
    op.drop_table('port_observation')
