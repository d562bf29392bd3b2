"""Batches tell what became of them, keep their findings, differences and decisions, and are worked on by jobs; the journal keeps places exactly."""
import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0013'
branch_labels = None
depends_on = None

JOURNAL = r"""
CREATE OR REPLACE FUNCTION public.netgrid_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE region bigint; current_change bigint; image jsonb; place text;
BEGIN
  IF TG_OP = 'DELETE' THEN region := OLD.region_id; ELSE region := NEW.region_id; END IF;
  current_change := nullif(current_setting('netgrid.change_' || region, true), '')::bigint;
  IF current_change IS NULL THEN current_change := public.netgrid_open_change(region); END IF;
  IF TG_OP <> 'INSERT' THEN
    IF TG_OP = 'UPDATE' AND NEW.region_id <> OLD.region_id THEN
      RAISE EXCEPTION 'region_id never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    image := to_jsonb(OLD) - 'geom_3857' - 'code_key';
    -- JSON's nine decimals would not give back the place as it was.
    IF image -> 'geom' <> 'null' THEN
      EXECUTE 'SELECT ($1).geom::text' INTO place USING OLD;
      image := jsonb_set(image, '{geom}', to_jsonb(place));
    END IF;
    INSERT INTO public.journal (region_id, change_id, tbl, row_id, op, since_change_id, before)
    VALUES (region, current_change, TG_ARGV[1], (image ->> TG_ARGV[0])::bigint, left(TG_OP, 1)::"char", OLD.change_id, image);
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  END IF;
  NEW.change_id := current_change;
  RETURN NEW;
END $$;
"""
JOURNAL_BEFORE = r"""
CREATE OR REPLACE FUNCTION public.netgrid_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
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
"""
# A batch is its own history: its states must not raise the region's version.
UNJOURNALLED = ('survey_batch', 'survey_file')
STATES = ('read', 'mapped', 'placed', 'checked', 'compared', 'decided', 'applied', 'undone', 'failed')


def batch_columns():
    return (
        sa.Column('state', sa.Text(), server_default=sa.text("'applied'"), nullable=False),
        sa.Column('surveyor', sa.Text(), nullable=True),
        sa.Column('surveyed_on', sa.Date(), nullable=True),
        sa.Column('accuracy_m', sa.Float(), nullable=True),
        sa.Column('crs', sa.Text(), nullable=True),
        sa.Column('stock_take', sa.Text(), nullable=True),
        sa.Column('valid_rows_only', sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.Column('summary', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column('ended_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column('undone_by', sa.Text(), nullable=True),
        sa.Column('undone_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    )


def upgrade():
    op.execute(sa.DDL(JOURNAL.replace('%', '%%')))
    for table in UNJOURNALLED:
        op.execute(f'DROP TRIGGER journal ON {table}')
        op.drop_column(table, 'change_id')
    for column in batch_columns():
        op.add_column('survey_batch', column)
    op.create_check_constraint(op.f('ck_survey_batch_state'), 'survey_batch', "state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")")
    op.create_check_constraint(op.f('ck_survey_batch_accuracy_m'), 'survey_batch', 'accuracy_m >= 0')
    op.add_column('survey_file', sa.Column('stored', sa.Text(), nullable=True))
    op.create_table('survey_finding',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('no', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('source_no', sa.Integer(), nullable=True),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=True),
    sa.Column('layer', sa.Text(), nullable=True),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('severity', sa.Text(), nullable=False),
    sa.Column('row_no', sa.BigInteger(), nullable=True),
    sa.Column('field', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('found', sa.Text(), nullable=True),
    sa.Column('expected', sa.Text(), nullable=True),
    sa.Column('next_step', sa.Text(), nullable=True),
    sa.Column('geom', Geometry('GEOMETRY', 4490, spatial_index=False), nullable=True),
    sa.ForeignKeyConstraint(['region_id', 'batch_id'], ['survey_batch.region_id', 'survey_batch.id'], name=op.f('fk_survey_finding_region_id_batch_id')),
    sa.PrimaryKeyConstraint('region_id', 'batch_id', 'no', name=op.f('pk_survey_finding'))
    )
    op.create_table('survey_difference',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('no', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('source_no', sa.Integer(), nullable=True),
    sa.Column('file', sa.Text(), nullable=True),
    sa.Column('row_no', sa.BigInteger(), nullable=True),
    sa.Column('layer', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=True),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('old', sa.Text(), nullable=True),
    sa.Column('new', sa.Text(), nullable=True),
    sa.Column('old_by', sa.Text(), nullable=True),
    sa.Column('old_on', sa.Date(), nullable=True),
    sa.Column('verdict', sa.Text(), nullable=True),
    sa.Column('geom', Geometry('GEOMETRY', 4490, spatial_index=False), nullable=True),
    sa.CheckConstraint("verdict IN ('accepted', 'refused')", name=op.f('ck_survey_difference_verdict')),
    sa.ForeignKeyConstraint(['region_id', 'batch_id'], ['survey_batch.region_id', 'survey_batch.id'], name=op.f('fk_survey_difference_region_id_batch_id')),
    sa.PrimaryKeyConstraint('region_id', 'batch_id', 'no', name=op.f('pk_survey_difference'))
    )
    op.create_table('survey_decision',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('no', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('rule', sa.Text(), nullable=True),
    sa.Column('layer', sa.Text(), nullable=True),
    sa.Column('field', sa.Text(), nullable=True),
    sa.Column('source_no', sa.Integer(), nullable=True),
    sa.Column('row_no', sa.BigInteger(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.CheckConstraint("verdict IN ('accepted', 'refused')", name=op.f('ck_survey_decision_verdict')),
    sa.ForeignKeyConstraint(['region_id', 'batch_id'], ['survey_batch.region_id', 'survey_batch.id'], name=op.f('fk_survey_decision_region_id_batch_id')),
    sa.PrimaryKeyConstraint('region_id', 'batch_id', 'no', name=op.f('pk_survey_decision'))
    )
    op.create_table('survey_job',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
    sa.Column('stage', sa.Text(), nullable=True),
    sa.Column('done_count', sa.BigInteger(), nullable=True),
    sa.Column('total_count', sa.BigInteger(), nullable=True),
    sa.Column('problem', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('created_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('started_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.Column('ended_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.Column('beat_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.Column('attempt_count', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('is_cancelled', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.CheckConstraint("kind IN ('compare', 'apply', 'undo')", name=op.f('ck_survey_job_kind')),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f('ck_survey_job_state')),
    sa.ForeignKeyConstraint(['region_id', 'batch_id'], ['survey_batch.region_id', 'survey_batch.id'], name=op.f('fk_survey_job_region_id_batch_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_survey_job'))
    )
    op.create_index('ix_survey_job_batch', 'survey_job', ['region_id', 'batch_id'], unique=False)


def downgrade():
    op.drop_index('ix_survey_job_batch', table_name='survey_job')
    for table in ('survey_job', 'survey_decision', 'survey_difference', 'survey_finding'):
        op.drop_table(table)
    op.drop_column('survey_file', 'stored')
    op.drop_constraint(op.f('ck_survey_batch_accuracy_m'), 'survey_batch', type_='check')
    op.drop_constraint(op.f('ck_survey_batch_state'), 'survey_batch', type_='check')
    for column in reversed(batch_columns()):
        op.drop_column('survey_batch', column.name)
    for table in UNJOURNALLED:
        op.add_column(table, sa.Column('change_id', sa.BigInteger(), server_default=sa.text('0'), nullable=False))
        op.alter_column(table, 'change_id', server_default=None)
        op.execute(f"CREATE TRIGGER journal BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION netgrid_journal('id', '{table}')")
    op.execute(sa.DDL(JOURNAL_BEFORE.replace('%', '%%')))
