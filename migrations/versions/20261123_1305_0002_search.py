"""Codes are found by any part of them, through an index."""
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_code_index_part', 'code_index', ['code_key'], unique=False, postgresql_using='gin', postgresql_ops={'code_key': 'gin_trgm_ops'})


def downgrade():
    op.drop_index('ix_code_index_part', table_name='code_index', postgresql_using='gin', postgresql_ops={'code_key': 'gin_trgm_ops'})
