"""A role for the service desk, which sees the customers' names and telephones."""
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.drop_constraint(op.f('ck_app_user_role_known'), 'app_user', type_='check')
    op.create_check_constraint(op.f('ck_app_user_role_known'), 'app_user', "role IN ('administrator', 'desk', 'viewer')")


def downgrade():
    op.drop_constraint(op.f('ck_app_user_role_known'), 'app_user', type_='check')
    op.execute("UPDATE app_user SET role = 'viewer' WHERE role = 'desk'")
    op.create_check_constraint(op.f('ck_app_user_role_known'), 'app_user', "role IN ('administrator', 'viewer')")
