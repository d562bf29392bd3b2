"""Users, regions, journal, and the plant from grid to joint."""
import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import UserDefinedType

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


class Raw(UserDefinedType):
    """A type of PostgreSQL that SQLAlchemy has no name for."""

    cache_ok = True

    def __init__(self, spec):
        self.spec = spec

    def get_col_spec(self, **_):
        return self.spec


JOURNAL_SQL = """
-- One change per transaction and region. Everything is named with its schema because the functions run with the owner's rights.
CREATE FUNCTION public.netgrid_open_change(region bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE opened bigint;
BEGIN
  INSERT INTO public.change (region_id, actor, source, batch_id, order_id, at, xid)
  VALUES (region, coalesce(nullif(current_setting('netgrid.actor', true), ''), session_user), coalesce(nullif(current_setting('netgrid.source', true), ''), 'sql'),
          nullif(current_setting('netgrid.batch', true), '')::bigint, nullif(current_setting('netgrid.order', true), '')::bigint,
          clock_timestamp(), pg_current_xact_id())
  RETURNING id INTO opened;
  PERFORM set_config('netgrid.change_' || region, opened::text, true);
  RETURN opened;
END $$;

-- The before-image of each update and delete; an insert is its own record through change_id. The trigger names the column under
-- which rows are filed, and the table: TG_TABLE_NAME would be the part's name where a table is partitioned.
CREATE FUNCTION public.netgrid_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE region bigint; current_change bigint; image jsonb;
BEGIN
  IF TG_OP = 'DELETE' THEN region := OLD.region_id; ELSE region := NEW.region_id; END IF;
  current_change := nullif(current_setting('netgrid.change_' || region, true), '')::bigint;
  IF current_change IS NULL THEN current_change := public.netgrid_open_change(region); END IF;
  IF TG_OP <> 'INSERT' THEN
    IF TG_OP = 'UPDATE' AND NEW.region_id <> OLD.region_id THEN
      RAISE EXCEPTION 'region_id never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    image := to_jsonb(OLD) - 'geom_3857' - 'code_key';
    INSERT INTO public.journal (region_id, change_id, tbl, row_id, op, since_change_id, before)
    VALUES (region, current_change, TG_ARGV[1], (image ->> TG_ARGV[0])::bigint, left(TG_OP, 1)::"char", OLD.change_id, image);
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  END IF;
  NEW.change_id := current_change;
  RETURN NEW;
END $$;

-- Versions are given at commit, so that they rise in the order in which changes become visible, without gaps.
CREATE FUNCTION public.netgrid_number_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE given bigint;
BEGIN
  UPDATE public.region_state SET version = version + 1 WHERE region_id = NEW.region_id RETURNING version INTO given;
  IF given IS NULL THEN RAISE EXCEPTION 'region % has no state row', NEW.region_id USING ERRCODE = 'foreign_key_violation'; END IF;
  UPDATE public.change SET version = given WHERE region_id = NEW.region_id AND id = NEW.id;
  RETURN NULL;
END $$;
"""

VERSION_TRIGGER_SQL = (
    "CREATE CONSTRAINT TRIGGER number_change AFTER INSERT ON change DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION netgrid_number_change()"
)

# Table, and the column under which its rows are filed.
JOURNALLED = {
    "customer_area": "id",
    "grid": "id",
    "maintenance_unit": "id",
    "project": "id",
    "survey_batch": "id",
    "cable": "id",
    "grid_maintenance_unit": "grid_id",
    "structure": "id",
    "survey_file": "id",
    "cable_segment": "id",
    "section": "id",
    "site": "id",
    "conductor": "id",
    "duct": "id",
    "room": "id",
    "cable_run": "segment_id",
    "rack": "id",
    "equipment": "id",
    "card": "id",
    "joint": "id",
    "rack_unit": "rack_id",
    "port": "id",
    "joint_end": "joint_id",
}


def create_journal():
    op.execute(sa.DDL(JOURNAL_SQL.replace("%", "%%")))
    op.execute(VERSION_TRIGGER_SQL)
    for table, row_id in JOURNALLED.items():
        op.execute(
            f"CREATE TRIGGER journal BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION netgrid_journal('{row_id}', '{table}')"
        )


def drop_journal():
    for table in JOURNALLED:
        op.execute(f"DROP TRIGGER journal ON {table}")
    op.execute("DROP TRIGGER number_change ON change")
    for function in ("netgrid_journal()", "netgrid_number_change()", "netgrid_open_change(bigint)"):
        op.execute(f"DROP FUNCTION {function}")


def upgrade():
    op.create_table('app_user',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('login', sa.Text(), nullable=False),
    sa.Column('login_key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('must_change_password', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('session_no', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('language', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('password_changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_login_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('administrator','viewer')", name=op.f('ck_app_user_role_known')),
    sa.CheckConstraint('length(btrim(login)) > 0', name=op.f('ck_app_user_login_present')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_app_user')),
    sa.UniqueConstraint('login_key', name=op.f('uq_app_user_login_key'))
    )
    op.create_table('code_index',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('code_key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('is_alias', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('region_id', 'code_key', 'kind', 'id', name=op.f('pk_code_index'))
    )
    op.create_index('ix_code_index_name', 'code_index', ['name'], unique=False, postgresql_using='gin', postgresql_ops={'name': 'gin_trgm_ops'})
    op.create_index('ix_code_index_prefix', 'code_index', ['region_id', 'code_key'], unique=False, postgresql_ops={'code_key': 'text_pattern_ops'})
    op.create_index('ix_code_index_thing', 'code_index', ['region_id', 'kind', 'id'], unique=False)
    op.create_table('equipment_model',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('vendor', sa.Text(), nullable=True),
    sa.Column('height_u', sa.Integer(), nullable=True),
    sa.Column('power_w', sa.Double(), nullable=True),
    sa.Column('medium', sa.Text(), nullable=True),
    sa.Column('conductor_count', sa.Integer(), nullable=True),
    sa.Column('tube_size', sa.Integer(), nullable=True),
    sa.Column('outer_mm', sa.Double(), nullable=True),
    sa.Column('index_n', sa.Double(), nullable=True),
    sa.CheckConstraint("kind <> 'cable' OR (medium IS NOT NULL AND conductor_count > 0 AND tube_size > 0)", name=op.f('ck_equipment_model_cable_counts')),
    sa.CheckConstraint("medium IN ('fibre', 'copper')", name=op.f('ck_equipment_model_medium')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_equipment_model')),
    sa.UniqueConstraint('code', name=op.f('uq_equipment_model_code'))
    )
    op.create_table('grid_share',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('owner_kind', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('grid_id', sa.BigInteger(), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.Column('metres', sa.BigInteger(), server_default='0', nullable=False),
    sa.CheckConstraint("owner_kind IN ('section', 'segment')", name=op.f('ck_grid_share_owner_kind')),
    sa.CheckConstraint('metres >= 0', name=op.f('ck_grid_share_metres')),
    sa.CheckConstraint('share >= 0 AND share <= 1.000001', name=op.f('ck_grid_share_share')),
    sa.PrimaryKeyConstraint('region_id', 'owner_kind', 'owner_id', 'grid_id', name=op.f('pk_grid_share'))
    )
    op.create_table('grid_tally',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('grid_id', sa.BigInteger(), nullable=False),
    sa.Column('technology', sa.Text(), nullable=False),
    sa.Column('installed', sa.BigInteger(), nullable=False),
    sa.Column('in_use', sa.BigInteger(), nullable=False),
    sa.Column('reserved', sa.BigInteger(), nullable=False),
    sa.Column('releasing', sa.BigInteger(), nullable=False),
    sa.Column('unusable', sa.BigInteger(), nullable=False),
    sa.Column('planned', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('in_use + reserved + releasing + unusable <= installed', name=op.f('ck_grid_tally_within_installed')),
    sa.CheckConstraint('least(installed, in_use, reserved, releasing, unusable, planned) >= 0', name=op.f('ck_grid_tally_not_negative')),
    sa.PrimaryKeyConstraint('region_id', 'kind', 'grid_id', 'technology', name=op.f('pk_grid_tally'))
    )
    op.create_index('ix_grid_tally_grid', 'grid_tally', ['region_id', 'grid_id'], unique=False)
    op.create_table('journal',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('change_id', sa.BigInteger(), nullable=False),
    sa.Column('tbl', sa.Text(), nullable=False),
    sa.Column('row_id', sa.BigInteger(), nullable=False),
    sa.Column('op', Raw('"char"'), nullable=False),
    sa.Column('since_change_id', sa.BigInteger(), nullable=True),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_journal'))
    )
    op.create_table('login_attempt',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('login_key', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_attempt'))
    )
    op.create_index('ix_login_attempt_address_at', 'login_attempt', ['address', 'at'], unique=False)
    op.create_index('ix_login_attempt_login_key_at', 'login_attempt', ['login_key', 'at'], unique=False)
    op.create_table('region',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('geom', Geometry('MULTIPOLYGON', 4490, spatial_index=False), nullable=True),
    sa.Column('metric_srid', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_region')),
    sa.UniqueConstraint('code', name=op.f('uq_region_code'))
    )
    op.create_table('tally',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('grid_id', sa.BigInteger(), nullable=False),
    sa.Column('technology', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('installed', sa.BigInteger(), nullable=False),
    sa.Column('in_use', sa.BigInteger(), nullable=False),
    sa.Column('reserved', sa.BigInteger(), nullable=False),
    sa.Column('releasing', sa.BigInteger(), nullable=False),
    sa.Column('unusable', sa.BigInteger(), nullable=False),
    sa.Column('planned', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('in_use + reserved + releasing + unusable <= installed', name=op.f('ck_tally_within_installed')),
    sa.CheckConstraint('least(installed, in_use, reserved, releasing, unusable, planned) >= 0', name=op.f('ck_tally_not_negative')),
    sa.PrimaryKeyConstraint('region_id', 'kind', 'owner_id', 'technology', name=op.f('pk_tally'))
    )
    op.create_table('change',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('order_id', sa.BigInteger(), nullable=True),
    sa.Column('at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('xid', Raw('xid8'), nullable=False),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_change_region_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_change')),
    sa.UniqueConstraint('region_id', 'version', name=op.f('uq_change_region_id_version')),
    sa.UniqueConstraint('region_id', 'xid', name=op.f('uq_change_region_id_xid'))
    )
    op.create_table('customer_area',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('geom', Geometry('MULTIPOLYGON', 4490, spatial_index=False), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_customer_area_region_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_customer_area')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_customer_area_region_id_code_key'))
    )
    op.create_index('ix_customer_area_geom', 'customer_area', ['geom'], unique=False, postgresql_using='gist')
    op.create_table('grid',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('level', sa.SmallInteger(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('parent_level', sa.SmallInteger(), sa.Computed('CASE WHEN parent_id IS NOT NULL THEN level - 1 END', persisted=True), nullable=True),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('geom', Geometry('MULTIPOLYGON', 4490, spatial_index=False), nullable=False),
    sa.Column('geom_3857', Geometry('MULTIPOLYGON', 3857, spatial_index=False), sa.Computed('ST_Transform(geom, 3857)', persisted=True), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint('(level = 1) = (parent_id IS NULL)', name=op.f('ck_grid_parent')),
    sa.CheckConstraint('level BETWEEN 1 AND 3', name=op.f('ck_grid_level')),
    sa.ForeignKeyConstraint(['region_id', 'parent_id', 'parent_level'], ['grid.region_id', 'grid.id', 'grid.level'], name=op.f('fk_grid_region_id_parent_id_parent_level'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_grid_region_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_grid')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_grid_region_id_code_key')),
    sa.UniqueConstraint('region_id', 'id', 'level', name=op.f('uq_grid_region_id_id_level'))
    )
    op.create_index('ix_grid_geom', 'grid', ['geom'], unique=False, postgresql_using='gist')
    op.create_table('maintenance_unit',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("kind IN ('management', 'customer_service', 'support', 'maintenance')", name=op.f('ck_maintenance_unit_kind')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_maintenance_unit_region_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_maintenance_unit')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_maintenance_unit_region_id_code_key'))
    )
    op.create_table('model_port',
    sa.Column('model_id', sa.BigInteger(), nullable=False),
    sa.Column('no', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('split_no', sa.Integer(), nullable=True),
    sa.Column('port_type', sa.Text(), nullable=False),
    sa.CheckConstraint("(split_no IS NOT NULL) = starts_with(role, 'split')", name=op.f('ck_model_port_split_no')),
    sa.CheckConstraint("role IN ('plain', 'panel', 'split_in', 'split_out')", name=op.f('ck_model_port_role')),
    sa.ForeignKeyConstraint(['model_id'], ['equipment_model.id'], name=op.f('fk_model_port_model_id')),
    sa.PrimaryKeyConstraint('model_id', 'no', name=op.f('pk_model_port'))
    )
    op.create_table('model_slot',
    sa.Column('model_id', sa.BigInteger(), nullable=False),
    sa.Column('no', sa.Text(), nullable=False),
    sa.Column('card_type', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['model_id'], ['equipment_model.id'], name=op.f('fk_model_slot_model_id')),
    sa.PrimaryKeyConstraint('model_id', 'no', name=op.f('pk_model_slot'))
    )
    op.create_table('project',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'open'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_project_region_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_project')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_project_region_id_code_key'))
    )
    op.create_table('region_state',
    sa.Column('region_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('version', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('head_hash', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_region_state_region_id')),
    sa.PrimaryKeyConstraint('region_id', name=op.f('pk_region_state'))
    )
    op.create_table('survey_batch',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('totals', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_survey_batch_region_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_survey_batch'))
    )
    op.create_table('cable',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('medium', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('ownership', sa.Text(), nullable=True),
    sa.Column('maintenance_unit_id', sa.BigInteger(), nullable=True),
    sa.Column('project_id', sa.BigInteger(), nullable=True),
    sa.Column('asset_no', sa.Text(), nullable=True),
    sa.Column('built_on', sa.Date(), nullable=True),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('in_service_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('source_file', sa.Text(), nullable=True),
    sa.Column('source_row', sa.BigInteger(), nullable=True),
    sa.Column('source_uuid', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('verified_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.Column('verified_by', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_cable_health')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_cable_life')),
    sa.CheckConstraint("medium IN ('fibre', 'copper')", name=op.f('ck_cable_medium')),
    sa.ForeignKeyConstraint(['region_id', 'maintenance_unit_id'], ['maintenance_unit.region_id', 'maintenance_unit.id'], name=op.f('fk_cable_region_id_maintenance_unit_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_cable_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_cable_region_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_cable')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_cable_region_id_code_key')),
    sa.UniqueConstraint('region_id', 'id', 'medium', name=op.f('uq_cable_region_id_id_medium'))
    )
    op.create_table('grid_maintenance_unit',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('grid_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'grid_id'], ['grid.region_id', 'grid.id'], name=op.f('fk_grid_maintenance_unit_region_id_grid_id')),
    sa.ForeignKeyConstraint(['region_id', 'unit_id'], ['maintenance_unit.region_id', 'maintenance_unit.id'], name=op.f('fk_grid_maintenance_unit_region_id_unit_id')),
    sa.PrimaryKeyConstraint('region_id', 'grid_id', 'unit_id', name=op.f('pk_grid_maintenance_unit'))
    )
    op.create_table('structure',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('grid_id', sa.BigInteger(), nullable=True),
    sa.Column('geom', Geometry('POINT', 4490, spatial_index=False), nullable=False),
    sa.Column('geom_3857', Geometry('POINT', 3857, spatial_index=False), sa.Computed('ST_Transform(geom, 3857)', persisted=True), nullable=True),
    sa.Column('accuracy_m', sa.Double(), nullable=True),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('ownership', sa.Text(), nullable=True),
    sa.Column('maintenance_unit_id', sa.BigInteger(), nullable=True),
    sa.Column('project_id', sa.BigInteger(), nullable=True),
    sa.Column('asset_no', sa.Text(), nullable=True),
    sa.Column('built_on', sa.Date(), nullable=True),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('in_service_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('source_file', sa.Text(), nullable=True),
    sa.Column('source_row', sa.BigInteger(), nullable=True),
    sa.Column('source_uuid', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('verified_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.Column('verified_by', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_structure_health')),
    sa.CheckConstraint("kind IN ('building', 'manhole', 'handhole', 'pole', 'street_cabinet', 'riser', 'marker')", name=op.f('ck_structure_kind')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_structure_life')),
    sa.ForeignKeyConstraint(['region_id', 'grid_id'], ['grid.region_id', 'grid.id'], name=op.f('fk_structure_region_id_grid_id')),
    sa.ForeignKeyConstraint(['region_id', 'maintenance_unit_id'], ['maintenance_unit.region_id', 'maintenance_unit.id'], name=op.f('fk_structure_region_id_maintenance_unit_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_structure_region_id_project_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_structure')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_structure_region_id_code_key'))
    )
    op.create_index('ix_structure_geom', 'structure', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('ix_structure_grid', 'structure', ['region_id', 'grid_id'], unique=False)
    op.create_table('survey_file',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('byte_count', sa.BigInteger(), nullable=False),
    sa.Column('row_count', sa.BigInteger(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'batch_id'], ['survey_batch.region_id', 'survey_batch.id'], name=op.f('fk_survey_file_region_id_batch_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_survey_file'))
    )
    op.create_index('ix_survey_file_sha256', 'survey_file', ['region_id', 'sha256'], unique=False)
    op.create_table('cable_segment',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('cable_id', sa.BigInteger(), nullable=False),
    sa.Column('medium', sa.Text(), nullable=False),
    sa.Column('model_id', sa.BigInteger(), nullable=True),
    sa.Column('conductor_count', sa.SmallInteger(), nullable=False),
    sa.Column('tube_size', sa.SmallInteger(), nullable=True),
    sa.Column('sheath_m', sa.Double(), nullable=False),
    sa.Column('index_n', sa.REAL(), nullable=True),
    sa.Column('helix_ratio', sa.REAL(), nullable=True),
    sa.Column('a_structure_id', sa.BigInteger(), nullable=False),
    sa.Column('z_structure_id', sa.BigInteger(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('ownership', sa.Text(), nullable=True),
    sa.Column('maintenance_unit_id', sa.BigInteger(), nullable=True),
    sa.Column('project_id', sa.BigInteger(), nullable=True),
    sa.Column('asset_no', sa.Text(), nullable=True),
    sa.Column('built_on', sa.Date(), nullable=True),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('in_service_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('source_file', sa.Text(), nullable=True),
    sa.Column('source_row', sa.BigInteger(), nullable=True),
    sa.Column('source_uuid', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('verified_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.Column('verified_by', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_cable_segment_health')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_cable_segment_life')),
    sa.CheckConstraint('conductor_count BETWEEN 1 AND 6000', name=op.f('ck_cable_segment_conductor_count')),
    sa.CheckConstraint('sheath_m > 0', name=op.f('ck_cable_segment_sheath_m')),
    sa.CheckConstraint('tube_size > 0', name=op.f('ck_cable_segment_tube_size')),
    sa.ForeignKeyConstraint(['model_id'], ['equipment_model.id'], name=op.f('fk_cable_segment_model_id')),
    sa.ForeignKeyConstraint(['region_id', 'a_structure_id'], ['structure.region_id', 'structure.id'], name=op.f('fk_cable_segment_region_id_a_structure_id')),
    sa.ForeignKeyConstraint(['region_id', 'cable_id', 'medium'], ['cable.region_id', 'cable.id', 'cable.medium'], name=op.f('fk_cable_segment_region_id_cable_id_medium')),
    sa.ForeignKeyConstraint(['region_id', 'maintenance_unit_id'], ['maintenance_unit.region_id', 'maintenance_unit.id'], name=op.f('fk_cable_segment_region_id_maintenance_unit_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_cable_segment_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id', 'z_structure_id'], ['structure.region_id', 'structure.id'], name=op.f('fk_cable_segment_region_id_z_structure_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_cable_segment')),
    sa.UniqueConstraint('region_id', 'cable_id', 'code_key', name=op.f('uq_cable_segment_region_id_cable_id_code_key'))
    )
    op.create_index('ix_cable_segment_a', 'cable_segment', ['region_id', 'a_structure_id'], unique=False)
    op.create_index('ix_cable_segment_z', 'cable_segment', ['region_id', 'z_structure_id'], unique=False)
    op.create_table('section',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('a_structure_id', sa.BigInteger(), nullable=False),
    sa.Column('z_structure_id', sa.BigInteger(), nullable=False),
    sa.Column('length_m', sa.Double(), nullable=False),
    sa.Column('geom', Geometry('LINESTRING', 4490, spatial_index=False), nullable=False),
    sa.Column('geom_3857', Geometry('LINESTRING', 3857, spatial_index=False), sa.Computed('ST_Transform(geom, 3857)', persisted=True), nullable=True),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('ownership', sa.Text(), nullable=True),
    sa.Column('maintenance_unit_id', sa.BigInteger(), nullable=True),
    sa.Column('project_id', sa.BigInteger(), nullable=True),
    sa.Column('asset_no', sa.Text(), nullable=True),
    sa.Column('built_on', sa.Date(), nullable=True),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('in_service_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('source_file', sa.Text(), nullable=True),
    sa.Column('source_row', sa.BigInteger(), nullable=True),
    sa.Column('source_uuid', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('verified_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.Column('verified_by', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_section_health')),
    sa.CheckConstraint("kind IN ('duct_section', 'pole_span', 'trench', 'riser', 'wall', 'bridge')", name=op.f('ck_section_kind')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_section_life')),
    sa.CheckConstraint('a_structure_id <> z_structure_id', name=op.f('ck_section_two_ends')),
    sa.CheckConstraint('length_m > 0', name=op.f('ck_section_length_m')),
    sa.ForeignKeyConstraint(['region_id', 'a_structure_id'], ['structure.region_id', 'structure.id'], name=op.f('fk_section_region_id_a_structure_id')),
    sa.ForeignKeyConstraint(['region_id', 'maintenance_unit_id'], ['maintenance_unit.region_id', 'maintenance_unit.id'], name=op.f('fk_section_region_id_maintenance_unit_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_section_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id', 'z_structure_id'], ['structure.region_id', 'structure.id'], name=op.f('fk_section_region_id_z_structure_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_section')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_section_region_id_code_key'))
    )
    op.create_index('ix_section_a', 'section', ['region_id', 'a_structure_id'], unique=False)
    op.create_index('ix_section_geom', 'section', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('ix_section_z', 'section', ['region_id', 'z_structure_id'], unique=False)
    op.create_table('site',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('structure_id', sa.BigInteger(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'structure_id'], ['structure.region_id', 'structure.id'], name=op.f('fk_site_region_id_structure_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_site')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_site_region_id_code_key'))
    )
    op.create_table('conductor',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('segment_id', sa.BigInteger(), nullable=False),
    sa.Column('no', sa.SmallInteger(), nullable=False),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('use', sa.Text(), server_default=sa.text("'idle'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_conductor_health')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_conductor_life')),
    sa.CheckConstraint("use IN ('idle', 'reserved', 'in_use', 'releasing')", name=op.f('ck_conductor_use')),
    sa.CheckConstraint("use NOT IN ('reserved', 'in_use') OR life IN ('in_service', 'pending_removal')", name=op.f('ck_conductor_held_in_service')),
    sa.CheckConstraint('no > 0', name=op.f('ck_conductor_no')),
    sa.ForeignKeyConstraint(['region_id', 'segment_id'], ['cable_segment.region_id', 'cable_segment.id'], name=op.f('fk_conductor_region_id_segment_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_conductor')),
    sa.UniqueConstraint('region_id', 'segment_id', 'no', name=op.f('uq_conductor_region_id_segment_id_no'))
    )
    op.create_table('duct',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('section_id', sa.BigInteger(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('is_subduct', sa.Boolean(), sa.Computed('parent_id IS NOT NULL', persisted=True), nullable=False),
    sa.Column('parent_is_subduct', sa.Boolean(), sa.Computed('CASE WHEN parent_id IS NOT NULL THEN false END', persisted=True), nullable=True),
    sa.Column('no', sa.Text(), nullable=False),
    sa.Column('row_no', sa.SmallInteger(), nullable=True),
    sa.Column('col_no', sa.SmallInteger(), nullable=True),
    sa.Column('inner_mm', sa.Double(), nullable=True),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('use', sa.Text(), server_default=sa.text("'idle'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_duct_health')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_duct_life')),
    sa.CheckConstraint("use IN ('idle', 'reserved', 'in_use', 'releasing')", name=op.f('ck_duct_use')),
    sa.CheckConstraint("use NOT IN ('reserved', 'in_use') OR life IN ('in_service', 'pending_removal')", name=op.f('ck_duct_held_in_service')),
    sa.CheckConstraint('inner_mm > 0', name=op.f('ck_duct_inner_mm')),
    sa.ForeignKeyConstraint(['region_id', 'section_id', 'parent_id', 'parent_is_subduct'], ['duct.region_id', 'duct.section_id', 'duct.id', 'duct.is_subduct'], name=op.f('fk_duct_region_id_section_id_parent_id_parent_is_subduct')),
    sa.ForeignKeyConstraint(['region_id', 'section_id'], ['section.region_id', 'section.id'], name=op.f('fk_duct_region_id_section_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_duct')),
    sa.UniqueConstraint('region_id', 'section_id', 'id', 'is_subduct', name=op.f('uq_duct_region_id_section_id_id_is_subduct')),
    sa.UniqueConstraint('region_id', 'section_id', 'parent_id', 'no', name=op.f('uq_duct_region_id_section_id_parent_id_no'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('room',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('site_id', sa.BigInteger(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('area_m2', sa.Double(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'site_id'], ['site.region_id', 'site.id'], name=op.f('fk_room_region_id_site_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_room')),
    sa.UniqueConstraint('region_id', 'site_id', 'code_key', name=op.f('uq_room_region_id_site_id_code_key'))
    )
    op.create_table('segment_line',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('segment_id', sa.BigInteger(), nullable=False),
    sa.Column('geom', Geometry('MULTILINESTRING', 4490, spatial_index=False), nullable=False),
    sa.Column('geom_3857', Geometry('MULTILINESTRING', 3857, spatial_index=False), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'segment_id'], ['cable_segment.region_id', 'cable_segment.id'], name=op.f('fk_segment_line_region_id_segment_id')),
    sa.PrimaryKeyConstraint('region_id', 'segment_id', name=op.f('pk_segment_line'))
    )
    op.create_index('ix_segment_line_geom', 'segment_line', ['geom'], unique=False, postgresql_using='gist')
    op.create_table('cable_run',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('segment_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.SmallInteger(), nullable=False),
    sa.Column('section_id', sa.BigInteger(), nullable=False),
    sa.Column('is_reversed', sa.Boolean(), nullable=False),
    sa.Column('duct_id', sa.BigInteger(), nullable=True),
    sa.Column('is_subduct', sa.Boolean(), nullable=True),
    sa.Column('is_bundle', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('is_planned', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('slack_before_m', sa.REAL(), server_default='0', nullable=False),
    sa.Column('slack_after_m', sa.REAL(), server_default='0', nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint('(duct_id IS NULL) = (is_subduct IS NULL)', name=op.f('ck_cable_run_is_subduct')),
    sa.CheckConstraint('slack_before_m >= 0 AND slack_after_m >= 0', name=op.f('ck_cable_run_slack')),
    sa.ForeignKeyConstraint(['region_id', 'section_id', 'duct_id', 'is_subduct'], ['duct.region_id', 'duct.section_id', 'duct.id', 'duct.is_subduct'], name=op.f('fk_cable_run_region_id_section_id_duct_id_is_subduct')),
    sa.ForeignKeyConstraint(['region_id', 'section_id'], ['section.region_id', 'section.id'], name=op.f('fk_cable_run_region_id_section_id')),
    sa.ForeignKeyConstraint(['region_id', 'segment_id'], ['cable_segment.region_id', 'cable_segment.id'], name=op.f('fk_cable_run_region_id_segment_id')),
    sa.PrimaryKeyConstraint('region_id', 'segment_id', 'seq', name=op.f('pk_cable_run'))
    )
    op.create_index('ix_cable_run_section', 'cable_run', ['region_id', 'section_id'], unique=False)
    op.create_index('uq_cable_run_subduct', 'cable_run', ['region_id', 'duct_id'], unique=True, postgresql_where=sa.text('is_subduct AND NOT is_bundle AND NOT is_planned'))
    op.create_table('rack',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('room_id', sa.BigInteger(), nullable=False),
    sa.Column('height_u', sa.SmallInteger(), nullable=False),
    sa.Column('power_kw', sa.Double(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint('height_u BETWEEN 1 AND 100', name=op.f('ck_rack_height_u')),
    sa.ForeignKeyConstraint(['region_id', 'room_id'], ['room.region_id', 'room.id'], name=op.f('fk_rack_region_id_room_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_rack')),
    sa.UniqueConstraint('region_id', 'room_id', 'code_key', name=op.f('uq_rack_region_id_room_id_code_key'))
    )
    op.create_table('equipment',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('model_id', sa.BigInteger(), nullable=False),
    sa.Column('structure_id', sa.BigInteger(), nullable=False),
    sa.Column('rack_id', sa.BigInteger(), nullable=True),
    sa.Column('serial_no', sa.Text(), nullable=True),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('ownership', sa.Text(), nullable=True),
    sa.Column('maintenance_unit_id', sa.BigInteger(), nullable=True),
    sa.Column('project_id', sa.BigInteger(), nullable=True),
    sa.Column('asset_no', sa.Text(), nullable=True),
    sa.Column('built_on', sa.Date(), nullable=True),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('in_service_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('source_file', sa.Text(), nullable=True),
    sa.Column('source_row', sa.BigInteger(), nullable=True),
    sa.Column('source_uuid', sa.UUID(as_uuid=False), nullable=True),
    sa.Column('verified_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.Column('verified_by', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_equipment_health')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_equipment_life')),
    sa.ForeignKeyConstraint(['model_id'], ['equipment_model.id'], name=op.f('fk_equipment_model_id')),
    sa.ForeignKeyConstraint(['region_id', 'maintenance_unit_id'], ['maintenance_unit.region_id', 'maintenance_unit.id'], name=op.f('fk_equipment_region_id_maintenance_unit_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_equipment_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id', 'rack_id'], ['rack.region_id', 'rack.id'], name=op.f('fk_equipment_region_id_rack_id')),
    sa.ForeignKeyConstraint(['region_id', 'structure_id'], ['structure.region_id', 'structure.id'], name=op.f('fk_equipment_region_id_structure_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_equipment')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_equipment_region_id_code_key'))
    )
    op.create_index('ix_equipment_structure', 'equipment', ['region_id', 'structure_id'], unique=False)
    op.create_table('card',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('equipment_id', sa.BigInteger(), nullable=False),
    sa.Column('slot_no', sa.Text(), nullable=False),
    sa.Column('model_id', sa.BigInteger(), nullable=False),
    sa.Column('serial_no', sa.Text(), nullable=True),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('use', sa.Text(), server_default=sa.text("'idle'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_card_health')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_card_life')),
    sa.CheckConstraint("use IN ('idle', 'reserved', 'in_use', 'releasing')", name=op.f('ck_card_use')),
    sa.CheckConstraint("use NOT IN ('reserved', 'in_use') OR life IN ('in_service', 'pending_removal')", name=op.f('ck_card_held_in_service')),
    sa.ForeignKeyConstraint(['model_id'], ['equipment_model.id'], name=op.f('fk_card_model_id')),
    sa.ForeignKeyConstraint(['region_id', 'equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_card_region_id_equipment_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_card')),
    sa.UniqueConstraint('region_id', 'equipment_id', 'id', name=op.f('uq_card_region_id_equipment_id_id')),
    sa.UniqueConstraint('region_id', 'equipment_id', 'slot_no', name=op.f('uq_card_region_id_equipment_id_slot_no'))
    )
    op.create_table('joint',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('equipment_id', sa.BigInteger(), nullable=True),
    sa.Column('tray_no', sa.Text(), nullable=True),
    sa.Column('loss_db', sa.REAL(), nullable=True),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("kind IN ('splice', 'through', 'termination', 'patch', 'jumper')", name=op.f('ck_joint_kind')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_joint_life')),
    sa.CheckConstraint('loss_db >= 0', name=op.f('ck_joint_loss_db')),
    sa.ForeignKeyConstraint(['region_id', 'equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_joint_region_id_equipment_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_joint'))
    )
    op.create_index('ix_joint_equipment', 'joint', ['region_id', 'equipment_id'], unique=False)
    op.create_table('rack_unit',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('rack_id', sa.BigInteger(), nullable=False),
    sa.Column('face', sa.Text(), nullable=False),
    sa.Column('u_no', sa.SmallInteger(), nullable=False),
    sa.Column('equipment_id', sa.BigInteger(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("face IN ('front', 'rear')", name=op.f('ck_rack_unit_face')),
    sa.CheckConstraint('u_no > 0', name=op.f('ck_rack_unit_u_no')),
    sa.ForeignKeyConstraint(['region_id', 'equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_rack_unit_region_id_equipment_id')),
    sa.ForeignKeyConstraint(['region_id', 'rack_id'], ['rack.region_id', 'rack.id'], name=op.f('fk_rack_unit_region_id_rack_id')),
    sa.PrimaryKeyConstraint('region_id', 'rack_id', 'face', 'u_no', name=op.f('pk_rack_unit'))
    )
    op.create_table('port',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('equipment_id', sa.BigInteger(), nullable=False),
    sa.Column('card_id', sa.BigInteger(), nullable=True),
    sa.Column('no', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('split_no', sa.SmallInteger(), nullable=True),
    sa.Column('port_type', sa.Text(), nullable=False),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('use', sa.Text(), server_default=sa.text("'idle'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("(split_no IS NOT NULL) = starts_with(role, 'split')", name=op.f('ck_port_split_no')),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_port_health')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_port_life')),
    sa.CheckConstraint("role IN ('plain', 'panel', 'split_in', 'split_out')", name=op.f('ck_port_role')),
    sa.CheckConstraint("use IN ('idle', 'reserved', 'in_use', 'releasing')", name=op.f('ck_port_use')),
    sa.CheckConstraint("use NOT IN ('reserved', 'in_use') OR life IN ('in_service', 'pending_removal')", name=op.f('ck_port_held_in_service')),
    sa.ForeignKeyConstraint(['region_id', 'equipment_id', 'card_id'], ['card.region_id', 'card.equipment_id', 'card.id'], name=op.f('fk_port_region_id_equipment_id_card_id')),
    sa.ForeignKeyConstraint(['region_id', 'equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_port_region_id_equipment_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_port')),
    sa.UniqueConstraint('region_id', 'equipment_id', 'no', name=op.f('uq_port_region_id_equipment_id_no'))
    )
    op.create_index('ix_port_split', 'port', ['region_id', 'equipment_id', 'split_no', 'role'], unique=False, postgresql_where=sa.text('split_no IS NOT NULL'))
    op.create_table('joint_end',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('joint_id', sa.BigInteger(), nullable=False),
    sa.Column('conductor_id', sa.BigInteger(), nullable=True),
    sa.Column('port_id', sa.BigInteger(), nullable=True),
    sa.Column('face', sa.SmallInteger(), nullable=False),
    sa.Column('end_key', sa.BigInteger(), sa.Computed('CASE WHEN conductor_id IS NOT NULL THEN conductor_id * 8 + face ELSE port_id * 8 + 4 + face END', persisted=True), nullable=False),
    sa.Column('mate_key', sa.BigInteger(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint('end_key <> mate_key', name=op.f('ck_joint_end_two_ends')),
    sa.CheckConstraint('face BETWEEN 0 AND CASE WHEN conductor_id IS NULL THEN 3 ELSE 1 END', name=op.f('ck_joint_end_face')),
    sa.CheckConstraint('num_nonnulls(conductor_id, port_id) = 1', name=op.f('ck_joint_end_one_thing')),
    sa.ForeignKeyConstraint(['region_id', 'conductor_id'], ['conductor.region_id', 'conductor.id'], name=op.f('fk_joint_end_region_id_conductor_id')),
    sa.ForeignKeyConstraint(['region_id', 'joint_id'], ['joint.region_id', 'joint.id'], name=op.f('fk_joint_end_region_id_joint_id')),
    sa.ForeignKeyConstraint(['region_id', 'mate_key', 'end_key', 'joint_id'], ['joint_end.region_id', 'joint_end.end_key', 'joint_end.mate_key', 'joint_end.joint_id'], name='fk_joint_end_mate', initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['region_id', 'port_id'], ['port.region_id', 'port.id'], name=op.f('fk_joint_end_region_id_port_id')),
    sa.PrimaryKeyConstraint('region_id', 'end_key', name=op.f('pk_joint_end')),
    sa.UniqueConstraint('region_id', 'end_key', 'mate_key', 'joint_id', name=op.f('uq_joint_end_region_id_end_key_mate_key_joint_id'))
    )
    op.create_index('uq_joint_end_half', 'joint_end', ['region_id', 'joint_id', sa.literal_column('(end_key < mate_key)')], unique=True)
    create_journal()


def downgrade():
    drop_journal()
    op.drop_index('uq_joint_end_half', table_name='joint_end')
    op.drop_table('joint_end')
    op.drop_index('ix_port_split', table_name='port', postgresql_where=sa.text('split_no IS NOT NULL'))
    op.drop_table('port')
    op.drop_table('rack_unit')
    op.drop_index('ix_joint_equipment', table_name='joint')
    op.drop_table('joint')
    op.drop_table('card')
    op.drop_index('ix_equipment_structure', table_name='equipment')
    op.drop_table('equipment')
    op.drop_table('rack')
    op.drop_index('uq_cable_run_subduct', table_name='cable_run', postgresql_where=sa.text('is_subduct AND NOT is_bundle AND NOT is_planned'))
    op.drop_index('ix_cable_run_section', table_name='cable_run')
    op.drop_table('cable_run')
    op.drop_index('ix_segment_line_geom', table_name='segment_line', postgresql_using='gist')
    op.drop_table('segment_line')
    op.drop_table('room')
    op.drop_table('duct')
    op.drop_table('conductor')
    op.drop_table('site')
    op.drop_index('ix_section_z', table_name='section')
    op.drop_index('ix_section_geom', table_name='section', postgresql_using='gist')
    op.drop_index('ix_section_a', table_name='section')
    op.drop_table('section')
    op.drop_index('ix_cable_segment_z', table_name='cable_segment')
    op.drop_index('ix_cable_segment_a', table_name='cable_segment')
    op.drop_table('cable_segment')
    op.drop_index('ix_survey_file_sha256', table_name='survey_file')
    op.drop_table('survey_file')
    op.drop_index('ix_structure_grid', table_name='structure')
    op.drop_index('ix_structure_geom', table_name='structure', postgresql_using='gist')
    op.drop_table('structure')
    op.drop_table('grid_maintenance_unit')
    op.drop_table('cable')
    op.drop_table('survey_batch')
    op.drop_table('region_state')
    op.drop_table('project')
    op.drop_table('model_slot')
    op.drop_table('model_port')
    op.drop_table('maintenance_unit')
    op.drop_index('ix_grid_geom', table_name='grid', postgresql_using='gist')
    op.drop_table('grid')
    op.drop_index('ix_customer_area_geom', table_name='customer_area', postgresql_using='gist')
    op.drop_table('customer_area')
    op.drop_table('change')
    op.drop_table('tally')
    op.drop_table('region')
    op.drop_index('ix_login_attempt_login_key_at', table_name='login_attempt')
    op.drop_index('ix_login_attempt_address_at', table_name='login_attempt')
    op.drop_table('login_attempt')
    op.drop_table('journal')
    op.drop_index('ix_grid_tally_grid', table_name='grid_tally')
    op.drop_table('grid_tally')
    op.drop_table('grid_share')
    op.drop_table('equipment_model')
    op.drop_index('ix_code_index_thing', table_name='code_index')
    op.drop_index('ix_code_index_prefix', table_name='code_index', postgresql_ops={'code_key': 'text_pattern_ops'})
    op.drop_index('ix_code_index_name', table_name='code_index', postgresql_using='gin', postgresql_ops={'name': 'gin_trgm_ops'})
    op.drop_table('code_index')
    op.drop_table('app_user')
