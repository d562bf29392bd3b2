"""Roles of the trade, the areas that people may see, and tokens for programs."""
import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0006'
branch_labels = None
depends_on = None

OLD = ('administrator', 'desk', 'viewer')
NEW = (*OLD, 'front_office', 'resource_centre', 'planner', 'field', 'maintenance', 'auditor')


def one_of(roles):
    return f"role IN ({', '.join(repr(role) for role in roles)})"


def upgrade():
    op.drop_constraint(op.f('ck_app_user_role_known'), 'app_user', type_='check')
    op.create_check_constraint(op.f('ck_app_user_role_known'), 'app_user', one_of(NEW))
    op.add_column('app_user', sa.Column('is_everywhere', sa.Boolean(), server_default=sa.text('true'), nullable=False))
    op.create_table(
        'user_area',
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('region_id', sa.BigInteger(), nullable=False),
        sa.Column('grid_code', sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], name=op.f('fk_user_area_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', 'region_id', 'grid_code', name=op.f('pk_user_area')),
    )
    op.create_table(
        'api_token',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('scope', sa.Text(), nullable=False),
        sa.Column('is_everywhere', sa.Boolean(), server_default=sa.text('true'), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scope IN ('read', 'write')", name=op.f('ck_api_token_scope_known')),
        sa.CheckConstraint('length(btrim(name)) > 0', name=op.f('ck_api_token_name_present')),
        sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], name=op.f('fk_api_token_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash')),
    )
    op.create_index('ix_api_token_user_id', 'api_token', ['user_id'])
    op.create_table(
        'token_area',
        sa.Column('token_id', sa.BigInteger(), nullable=False),
        sa.Column('region_id', sa.BigInteger(), nullable=False),
        sa.Column('grid_code', sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(['token_id'], ['api_token.id'], name=op.f('fk_token_area_token_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('token_id', 'region_id', 'grid_code', name=op.f('pk_token_area')),
    )


def downgrade():
    op.drop_table('token_area')
    op.drop_table('api_token')
    op.drop_table('user_area')
    op.drop_column('app_user', 'is_everywhere')
    op.drop_constraint(op.f('ck_app_user_role_known'), 'app_user', type_='check')
    op.execute(f"UPDATE app_user SET role = 'viewer' WHERE NOT ({one_of(OLD)})")  # noqa: S608 - names of ours
    op.create_check_constraint(op.f('ck_app_user_role_known'), 'app_user', one_of(OLD))
