"""What a record page asks for is found through indexes: the changes of one row, the equipment of one rack."""
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_equipment_rack', 'equipment', ['region_id', 'rack_id'], unique=False)
    op.create_index('ix_journal_row', 'journal', ['region_id', 'tbl', 'row_id'], unique=False)


def downgrade():
    op.drop_index('ix_journal_row', table_name='journal')
    op.drop_index('ix_equipment_rack', table_name='equipment')
