"""Managers: they ask, save, share and compare, and change nothing of the network."""

from alembic import op

revision = "0021"
down_revision = "0026"
branch_labels = None
depends_on = None

OLD = ("administrator", "desk", "viewer", "front_office", "resource_centre", "planner", "field", "maintenance", "auditor")
NEW = ("administrator", "desk", "viewer", "front_office", "resource_centre", "planner", "manager", "field", "maintenance", "auditor")


def one_of(roles):
    return f"role IN ({', '.join(repr(role) for role in roles)})"


def upgrade():
    op.drop_constraint(op.f("ck_app_user_role_known"), "app_user", type_="check")
    op.create_check_constraint(op.f("ck_app_user_role_known"), "app_user", one_of(NEW))


def downgrade():
    # Who may only ask may look.
    op.execute("UPDATE app_user SET role = 'viewer' WHERE role = 'manager'")
    op.drop_constraint(op.f("ck_app_user_role_known"), "app_user", type_="check")
    op.create_check_constraint(op.f("ck_app_user_role_known"), "app_user", one_of(OLD))
