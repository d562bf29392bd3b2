"""Seals over the journal, counts of each day, answers kept by idempotency key."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0007'
branch_labels = None
depends_on = None

COUNTS = ('installed', 'in_use', 'reserved', 'releasing', 'unusable', 'planned')


def upgrade():
    op.create_index('ix_journal_change', 'journal', ['region_id', 'change_id'])
    op.create_index('ix_change_at', 'change', ['region_id', 'at'])
    op.create_index('ix_change_actor', 'change', ['region_id', 'actor'])
    op.create_table(
        'change_seal',
        sa.Column('region_id', sa.BigInteger(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('change_id', sa.BigInteger(), nullable=False),
        sa.Column('hash', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_change_seal_region_id')),
        sa.PrimaryKeyConstraint('region_id', 'version', name=op.f('pk_change_seal')),
    )
    op.create_table(
        'grid_tally_day',
        sa.Column('region_id', sa.BigInteger(), nullable=False),
        sa.Column('on_day', sa.Date(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('grid_id', sa.BigInteger(), nullable=False),
        sa.Column('technology', sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS),
        sa.CheckConstraint(f"least({', '.join(COUNTS)}) >= 0", name=op.f('ck_grid_tally_day_not_negative')),
        sa.CheckConstraint('in_use + reserved + releasing + unusable <= installed', name=op.f('ck_grid_tally_day_within_installed')),
        sa.PrimaryKeyConstraint('region_id', 'on_day', 'kind', 'grid_id', 'technology', name=op.f('pk_grid_tally_day')),
    )
    op.create_table(
        'kept_answer',
        sa.Column('region_id', sa.BigInteger(), nullable=False),
        sa.Column('actor', sa.Text(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('request_hash', sa.LargeBinary(), nullable=False),
        sa.Column('status', sa.SmallInteger(), nullable=True),
        sa.Column('headers', postgresql.JSONB(), nullable=True),
        sa.Column('body', sa.LargeBinary(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length(key) BETWEEN 1 AND 200', name=op.f('ck_kept_answer_key')),
        sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_kept_answer_region_id')),
        sa.PrimaryKeyConstraint('region_id', 'actor', 'key', name=op.f('pk_kept_answer')),
    )
    op.create_index('ix_kept_answer_at', 'kept_answer', ['region_id', 'at'])


def downgrade():
    op.drop_table('kept_answer')
    op.drop_table('grid_tally_day')
    op.drop_table('change_seal')
    op.drop_index('ix_change_actor', table_name='change')
    op.drop_index('ix_change_at', table_name='change')
    op.drop_index('ix_journal_change', table_name='journal')
