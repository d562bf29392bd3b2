"""Switching, power and data networks; customers, addresses, services, circuits and numbers; what an owner is worth."""
import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# Table, and the column under which the journal files its rows.
JOURNALLED = {
    "address": "id",
    "building": "id",
    "circuit": "id",
    "circuit_carrier": "circuit_id",
    "customer": "id",
    "ip_prefix": "id",
    "number": "id",
    "number_block": "id",
    "power_feed": "id",
    "power_rating": "equipment_id",
    "power_reading": "equipment_id",
    "ring": "id",
    "ring_member": "ring_id",
    "service": "id",
    "service_resource": "id",
    "serving": "address_id",
    "switch_office": "id",
    "trunk_group": "id",
    "unmet_request": "id",
    "vlan": "id",
}


def upgrade():
    op.create_table('customer',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('contact', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("segment IN ('public', 'business', 'large')", name=op.f('ck_customer_segment')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_customer')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_customer_region_id_code_key'))
    )
    op.create_index('ix_customer_name', 'customer', ['name'], unique=False, postgresql_using='gin', postgresql_ops={'name': 'gin_trgm_ops'})
    op.create_table('ring',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('rate', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_ring')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_ring_region_id_code_key'))
    )
    op.create_table('building',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('floor_count', sa.Integer(), nullable=True),
    sa.Column('grid_id', sa.BigInteger(), nullable=True),
    sa.Column('geom', Geometry('POINT', 4490, spatial_index=False), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint('floor_count > 0', name=op.f('ck_building_floor_count')),
    sa.ForeignKeyConstraint(['region_id', 'grid_id'], ['grid.region_id', 'grid.id'], name=op.f('fk_building_region_id_grid_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_building')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_building_region_id_code_key'))
    )
    op.create_index('ix_building_geom', 'building', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('ix_building_grid', 'building', ['region_id', 'grid_id'], unique=False)
    op.create_table('address',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('building_id', sa.BigInteger(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('household_count', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint('household_count >= 0', name=op.f('ck_address_household_count')),
    sa.ForeignKeyConstraint(['region_id', 'building_id'], ['building.region_id', 'building.id'], name=op.f('fk_address_region_id_building_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_address')),
    sa.UniqueConstraint('region_id', 'building_id', 'code_key', name=op.f('uq_address_region_id_building_id_code_key'))
    )
    op.create_table('service',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('customer_id', sa.BigInteger(), nullable=False),
    sa.Column('address_id', sa.BigInteger(), nullable=True),
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('rate_mbit', sa.Double(), nullable=True),
    sa.Column('sla', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("(state = 'terminated') = (ended_on IS NOT NULL)", name=op.f('ck_service_terminated')),
    sa.CheckConstraint("product IN ('pots', 'adsl', 'vdsl', 'lan', 'ftth', 'leased_line')", name=op.f('ck_service_product')),
    sa.CheckConstraint("state IN ('designed', 'reserved', 'inactive', 'active', 'suspended', 'terminated')", name=op.f('ck_service_state')),
    sa.CheckConstraint('ended_on >= started_on', name=op.f('ck_service_ended_on')),
    sa.CheckConstraint('rate_mbit > 0', name=op.f('ck_service_rate_mbit')),
    sa.ForeignKeyConstraint(['region_id', 'address_id'], ['address.region_id', 'address.id'], name=op.f('fk_service_region_id_address_id')),
    sa.ForeignKeyConstraint(['region_id', 'customer_id'], ['customer.region_id', 'customer.id'], name=op.f('fk_service_region_id_customer_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_service')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_service_region_id_code_key'))
    )
    op.create_index('ix_service_address', 'service', ['region_id', 'address_id'], unique=False)
    op.create_index('ix_service_customer', 'service', ['region_id', 'customer_id'], unique=False)
    op.create_table('unmet_request',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('address_id', sa.BigInteger(), nullable=True),
    sa.Column('grid_id', sa.BigInteger(), nullable=True),
    sa.Column('geom', Geometry('POINT', 4490, spatial_index=False), nullable=False),
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('rate_mbit', sa.Double(), nullable=True),
    sa.Column('requested_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'open'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("product IN ('pots', 'adsl', 'vdsl', 'lan', 'ftth', 'leased_line')", name=op.f('ck_unmet_request_product')),
    sa.CheckConstraint("reason IN ('no_line', 'no_port', 'no_route', 'too_far')", name=op.f('ck_unmet_request_reason')),
    sa.CheckConstraint("segment IN ('public', 'business', 'large')", name=op.f('ck_unmet_request_segment')),
    sa.CheckConstraint("state IN ('open', 'met', 'dropped')", name=op.f('ck_unmet_request_state')),
    sa.CheckConstraint('rate_mbit > 0', name=op.f('ck_unmet_request_rate_mbit')),
    sa.ForeignKeyConstraint(['region_id', 'address_id'], ['address.region_id', 'address.id'], name=op.f('fk_unmet_request_region_id_address_id')),
    sa.ForeignKeyConstraint(['region_id', 'grid_id'], ['grid.region_id', 'grid.id'], name=op.f('fk_unmet_request_region_id_grid_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_unmet_request')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_unmet_request_region_id_code_key'))
    )
    op.create_index('ix_unmet_request_geom', 'unmet_request', ['geom'], unique=False, postgresql_using='gist')
    op.create_table('ip_prefix',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('routing_table', sa.Text(), server_default=sa.text("'public'"), nullable=False),
    sa.Column('prefix', postgresql.CIDR(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('gateway_equipment_id', sa.BigInteger(), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('use', sa.Text(), server_default=sa.text("'idle'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("use IN ('idle', 'reserved', 'in_use', 'releasing')", name=op.f('ck_ip_prefix_use')),
    sa.CheckConstraint('parent_id <> id', name=op.f('ck_ip_prefix_parent')),
    sa.ForeignKeyConstraint(['region_id', 'gateway_equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_ip_prefix_region_id_gateway_equipment_id')),
    sa.ForeignKeyConstraint(['region_id', 'parent_id'], ['ip_prefix.region_id', 'ip_prefix.id'], name=op.f('fk_ip_prefix_region_id_parent_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_ip_prefix')),
    sa.UniqueConstraint('region_id', 'routing_table', 'prefix', name=op.f('uq_ip_prefix_region_id_routing_table_prefix'))
    )
    op.create_table('power_feed',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('source_equipment_id', sa.BigInteger(), nullable=False),
    sa.Column('outlet_no', sa.Text(), nullable=False),
    sa.Column('load_equipment_id', sa.BigInteger(), nullable=True),
    sa.Column('load_rack_id', sa.BigInteger(), nullable=True),
    sa.Column('side', sa.Text(), nullable=False),
    sa.Column('breaker_a', sa.Double(), nullable=True),
    sa.Column('load_a', sa.Double(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("side IN ('A', 'B')", name=op.f('ck_power_feed_side')),
    sa.CheckConstraint('breaker_a > 0', name=op.f('ck_power_feed_breaker_a')),
    sa.CheckConstraint('load_a >= 0', name=op.f('ck_power_feed_load_a')),
    sa.CheckConstraint('num_nonnulls(load_equipment_id, load_rack_id) = 1', name=op.f('ck_power_feed_one_load')),
    sa.CheckConstraint('source_equipment_id <> load_equipment_id', name=op.f('ck_power_feed_two_ends')),
    sa.ForeignKeyConstraint(['region_id', 'load_equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_power_feed_region_id_load_equipment_id')),
    sa.ForeignKeyConstraint(['region_id', 'load_rack_id'], ['rack.region_id', 'rack.id'], name=op.f('fk_power_feed_region_id_load_rack_id')),
    sa.ForeignKeyConstraint(['region_id', 'source_equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_power_feed_region_id_source_equipment_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_power_feed')),
    sa.UniqueConstraint('region_id', 'load_equipment_id', 'side', name=op.f('uq_power_feed_region_id_load_equipment_id_side')),
    sa.UniqueConstraint('region_id', 'load_rack_id', 'side', name=op.f('uq_power_feed_region_id_load_rack_id_side')),
    sa.UniqueConstraint('region_id', 'source_equipment_id', 'outlet_no', name=op.f('uq_power_feed_region_id_source_equipment_id_outlet_no'))
    )
    op.create_table('power_rating',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('equipment_id', sa.BigInteger(), nullable=False),
    sa.Column('voltage_v', sa.Double(), nullable=True),
    sa.Column('rated_a', sa.Double(), nullable=True),
    sa.Column('rated_kw', sa.Double(), nullable=True),
    sa.Column('rated_kva', sa.Double(), nullable=True),
    sa.Column('capacity_ah', sa.Double(), nullable=True),
    sa.Column('cell_count', sa.SmallInteger(), nullable=True),
    sa.Column('module_count', sa.SmallInteger(), nullable=True),
    sa.Column('module_a', sa.Double(), nullable=True),
    sa.Column('feed_class', sa.SmallInteger(), nullable=True),
    sa.Column('earth_ohm', sa.Double(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint('(module_count IS NULL) = (module_a IS NULL)', name=op.f('ck_power_rating_modules')),
    sa.CheckConstraint('feed_class BETWEEN 1 AND 4', name=op.f('ck_power_rating_feed_class')),
    sa.CheckConstraint('least(voltage_v, rated_a, rated_kw, rated_kva, capacity_ah, cell_count, module_count, module_a, earth_ohm) > 0', name=op.f('ck_power_rating_positive')),
    sa.ForeignKeyConstraint(['region_id', 'equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_power_rating_region_id_equipment_id')),
    sa.PrimaryKeyConstraint('region_id', 'equipment_id', name=op.f('pk_power_rating'))
    )
    op.create_table('power_reading',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('equipment_id', sa.BigInteger(), nullable=False),
    sa.Column('metric', sa.Text(), nullable=False),
    sa.Column('read_on', sa.Date(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("metric IN ('load_a', 'voltage_v', 'energy_kwh', 'temperature_c')", name=op.f('ck_power_reading_metric')),
    sa.ForeignKeyConstraint(['region_id', 'equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_power_reading_region_id_equipment_id')),
    sa.PrimaryKeyConstraint('region_id', 'equipment_id', 'metric', 'read_on', name=op.f('pk_power_reading'))
    )
    op.create_index('ix_power_reading_read_on', 'power_reading', ['region_id', 'metric', 'read_on'], unique=False)
    op.create_table('serving',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('address_id', sa.BigInteger(), nullable=False),
    sa.Column('technology', sa.Text(), nullable=False),
    sa.Column('equipment_id', sa.BigInteger(), nullable=False),
    sa.Column('distance_m', sa.Double(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("technology IN ('pon', 'adsl', 'vdsl', 'lan', 'pots')", name=op.f('ck_serving_technology')),
    sa.CheckConstraint('distance_m >= 0', name=op.f('ck_serving_distance_m')),
    sa.ForeignKeyConstraint(['region_id', 'address_id'], ['address.region_id', 'address.id'], name=op.f('fk_serving_region_id_address_id')),
    sa.ForeignKeyConstraint(['region_id', 'equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_serving_region_id_equipment_id')),
    sa.PrimaryKeyConstraint('region_id', 'address_id', 'technology', name=op.f('pk_serving'))
    )
    op.create_index('ix_serving_equipment', 'serving', ['region_id', 'equipment_id'], unique=False)
    op.create_table('switch_office',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('equipment_id', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('host_id', sa.BigInteger(), nullable=True),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("(role = 'host') = (host_id IS NULL)", name=op.f('ck_switch_office_host')),
    sa.CheckConstraint("role IN ('host', 'remote', 'gateway')", name=op.f('ck_switch_office_role')),
    sa.ForeignKeyConstraint(['region_id', 'equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_switch_office_region_id_equipment_id')),
    sa.ForeignKeyConstraint(['region_id', 'host_id'], ['switch_office.region_id', 'switch_office.id'], name=op.f('fk_switch_office_region_id_host_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_switch_office')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_switch_office_region_id_code_key')),
    sa.UniqueConstraint('region_id', 'equipment_id', name=op.f('uq_switch_office_region_id_equipment_id'))
    )
    op.create_table('vlan',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('gateway_equipment_id', sa.BigInteger(), nullable=False),
    sa.Column('s_vlan', sa.SmallInteger(), nullable=False),
    sa.Column('c_vlan', sa.SmallInteger(), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('use', sa.Text(), server_default=sa.text("'idle'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("use IN ('idle', 'reserved', 'in_use', 'releasing')", name=op.f('ck_vlan_use')),
    sa.CheckConstraint('s_vlan BETWEEN 1 AND 4094 AND (c_vlan IS NULL OR c_vlan BETWEEN 1 AND 4094)', name=op.f('ck_vlan_tags')),
    sa.ForeignKeyConstraint(['region_id', 'gateway_equipment_id'], ['equipment.region_id', 'equipment.id'], name=op.f('fk_vlan_region_id_gateway_equipment_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_vlan')),
    sa.UniqueConstraint('region_id', 'gateway_equipment_id', 's_vlan', 'c_vlan', name=op.f('uq_vlan_region_id_gateway_equipment_id_s_vlan_c_vlan'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('number_block',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('number_count', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("code_key ~ '^[0-9]{3,15}$'", name=op.f('ck_number_block_digits')),
    sa.CheckConstraint('number_count BETWEEN 1 AND 10000', name=op.f('ck_number_block_number_count')),
    sa.ForeignKeyConstraint(['region_id', 'office_id'], ['switch_office.region_id', 'switch_office.id'], name=op.f('fk_number_block_region_id_office_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_number_block')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_number_block_region_id_code_key'))
    )
    op.create_table('trunk_group',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('a_office_id', sa.BigInteger(), nullable=False),
    sa.Column('z_office_id', sa.BigInteger(), nullable=True),
    sa.Column('far_end', sa.Text(), nullable=True),
    sa.Column('direction', sa.Text(), nullable=False),
    sa.Column('signalling', sa.Text(), nullable=True),
    sa.Column('e1_count', sa.SmallInteger(), nullable=False),
    sa.Column('channel_count', sa.Integer(), sa.Computed('e1_count * 30', persisted=True), nullable=False),
    sa.Column('busy_hour_erlang', sa.Double(), nullable=True),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("direction IN ('in', 'out', 'both')", name=op.f('ck_trunk_group_direction')),
    sa.CheckConstraint('busy_hour_erlang >= 0', name=op.f('ck_trunk_group_busy_hour_erlang')),
    sa.CheckConstraint('e1_count > 0', name=op.f('ck_trunk_group_e1_count')),
    sa.CheckConstraint('num_nonnulls(z_office_id, far_end) = 1', name=op.f('ck_trunk_group_far_end')),
    sa.ForeignKeyConstraint(['region_id', 'a_office_id'], ['switch_office.region_id', 'switch_office.id'], name=op.f('fk_trunk_group_region_id_a_office_id')),
    sa.ForeignKeyConstraint(['region_id', 'z_office_id'], ['switch_office.region_id', 'switch_office.id'], name=op.f('fk_trunk_group_region_id_z_office_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_trunk_group')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_trunk_group_region_id_code_key'))
    )
    op.create_index('ix_trunk_group_a', 'trunk_group', ['region_id', 'a_office_id'], unique=False)
    op.create_index('ix_trunk_group_z', 'trunk_group', ['region_id', 'z_office_id'], unique=False)
    op.create_table('circuit',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), sa.Computed('upper(btrim(normalize(code, NFKC)))', persisted=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('topology', sa.Text(), server_default=sa.text("'point_to_point'"), nullable=False),
    sa.Column('rate', sa.Text(), nullable=True),
    sa.Column('rate_mbit', sa.Double(), nullable=True),
    sa.Column('peak_mbit', sa.Double(), nullable=True),
    sa.Column('channel_count', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('protection', sa.Text(), server_default=sa.text("'none'"), nullable=False),
    sa.Column('a_port_id', sa.BigInteger(), nullable=True),
    sa.Column('z_port_id', sa.BigInteger(), nullable=True),
    sa.Column('reserved_until', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('life', sa.Text(), server_default=sa.text("'in_service'"), nullable=False),
    sa.Column('use', sa.Text(), server_default=sa.text("'idle'"), nullable=False),
    sa.Column('health', sa.Text(), server_default=sa.text("'ok'"), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("health IN ('ok', 'degraded', 'faulty', 'blocked')", name=op.f('ck_circuit_health')),
    sa.CheckConstraint("kind IN ('pon_tree', 'access', 'section', 'trail', 'uplink', 'wavelength')", name=op.f('ck_circuit_kind')),
    sa.CheckConstraint("life IN ('planned', 'designed', 'building', 'built', 'in_service', 'pending_removal', 'retired')", name=op.f('ck_circuit_life')),
    sa.CheckConstraint("protection IN ('none', '1+1', 'ring')", name=op.f('ck_circuit_protection')),
    sa.CheckConstraint("topology <> 'tree' OR z_port_id IS NULL", name=op.f('ck_circuit_tree_has_tails')),
    sa.CheckConstraint("topology IN ('point_to_point', 'tree')", name=op.f('ck_circuit_topology')),
    sa.CheckConstraint("use IN ('idle', 'reserved', 'in_use', 'releasing')", name=op.f('ck_circuit_use')),
    sa.CheckConstraint("use NOT IN ('reserved', 'in_use') OR life IN ('in_service', 'pending_removal')", name=op.f('ck_circuit_held_in_service')),
    sa.CheckConstraint('channel_count > 0', name=op.f('ck_circuit_channel_count')),
    sa.CheckConstraint('rate_mbit > 0 AND peak_mbit >= 0', name=op.f('ck_circuit_rates')),
    sa.ForeignKeyConstraint(['region_id', 'a_port_id'], ['port.region_id', 'port.id'], name=op.f('fk_circuit_region_id_a_port_id')),
    sa.ForeignKeyConstraint(['region_id', 'z_port_id'], ['port.region_id', 'port.id'], name=op.f('fk_circuit_region_id_z_port_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_circuit')),
    sa.UniqueConstraint('region_id', 'code_key', name=op.f('uq_circuit_region_id_code_key'))
    )
    op.create_index('ix_circuit_a_port', 'circuit', ['region_id', 'a_port_id'], unique=False)
    op.create_index('ix_circuit_z_port', 'circuit', ['region_id', 'z_port_id'], unique=False)
    op.create_table('number',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('block_id', sa.BigInteger(), nullable=False),
    sa.Column('digits', sa.Text(), nullable=False),
    sa.Column('use', sa.Text(), server_default=sa.text("'idle'"), nullable=False),
    sa.Column('ageing_until', sa.Date(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint("ageing_until IS NULL OR use = 'ageing'", name=op.f('ck_number_ageing_until')),
    sa.CheckConstraint("digits ~ '^[0-9]{3,15}$'", name=op.f('ck_number_digits')),
    sa.CheckConstraint("use IN ('idle', 'reserved', 'in_use', 'ageing')", name=op.f('ck_number_use')),
    sa.ForeignKeyConstraint(['region_id', 'block_id'], ['number_block.region_id', 'number_block.id'], name=op.f('fk_number_region_id_block_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_number')),
    sa.UniqueConstraint('region_id', 'digits', name=op.f('uq_number_region_id_digits'))
    )
    op.create_index('ix_number_block', 'number', ['region_id', 'block_id'], unique=False)
    op.create_table('circuit_carrier',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('circuit_id', sa.BigInteger(), nullable=False),
    sa.Column('path_no', sa.SmallInteger(), nullable=False),
    sa.Column('seq', sa.SmallInteger(), nullable=False),
    sa.Column('conductor_id', sa.BigInteger(), nullable=True),
    sa.Column('port_id', sa.BigInteger(), nullable=True),
    sa.Column('lower_circuit_id', sa.BigInteger(), nullable=True),
    sa.Column('channel_no', sa.Integer(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint('(channel_no IS NULL) = (lower_circuit_id IS NULL)', name=op.f('ck_circuit_carrier_channel_no')),
    sa.CheckConstraint('lower_circuit_id <> circuit_id', name=op.f('ck_circuit_carrier_lower')),
    sa.CheckConstraint('num_nonnulls(conductor_id, port_id, lower_circuit_id) = 1', name=op.f('ck_circuit_carrier_one_carrier')),
    sa.CheckConstraint('path_no > 0 AND seq > 0 AND (channel_no IS NULL OR channel_no > 0)', name=op.f('ck_circuit_carrier_numbers')),
    sa.ForeignKeyConstraint(['region_id', 'circuit_id'], ['circuit.region_id', 'circuit.id'], name=op.f('fk_circuit_carrier_region_id_circuit_id')),
    sa.ForeignKeyConstraint(['region_id', 'conductor_id'], ['conductor.region_id', 'conductor.id'], name=op.f('fk_circuit_carrier_region_id_conductor_id')),
    sa.ForeignKeyConstraint(['region_id', 'lower_circuit_id'], ['circuit.region_id', 'circuit.id'], name=op.f('fk_circuit_carrier_region_id_lower_circuit_id')),
    sa.ForeignKeyConstraint(['region_id', 'port_id'], ['port.region_id', 'port.id'], name=op.f('fk_circuit_carrier_region_id_port_id')),
    sa.PrimaryKeyConstraint('region_id', 'circuit_id', 'path_no', 'seq', name=op.f('pk_circuit_carrier')),
    sa.UniqueConstraint('region_id', 'conductor_id', name=op.f('uq_circuit_carrier_region_id_conductor_id')),
    sa.UniqueConstraint('region_id', 'lower_circuit_id', 'channel_no', name=op.f('uq_circuit_carrier_region_id_lower_circuit_id_channel_no')),
    sa.UniqueConstraint('region_id', 'port_id', name=op.f('uq_circuit_carrier_region_id_port_id'))
    )
    op.create_table('ring_member',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('ring_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.SmallInteger(), nullable=False),
    sa.Column('circuit_id', sa.BigInteger(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'circuit_id'], ['circuit.region_id', 'circuit.id'], name=op.f('fk_ring_member_region_id_circuit_id')),
    sa.ForeignKeyConstraint(['region_id', 'ring_id'], ['ring.region_id', 'ring.id'], name=op.f('fk_ring_member_region_id_ring_id')),
    sa.PrimaryKeyConstraint('region_id', 'ring_id', 'seq', name=op.f('pk_ring_member')),
    sa.UniqueConstraint('region_id', 'ring_id', 'circuit_id', name=op.f('uq_ring_member_region_id_ring_id_circuit_id'))
    )
    op.create_table('service_resource',
    sa.Column('region_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('service_id', sa.BigInteger(), nullable=False),
    sa.Column('circuit_id', sa.BigInteger(), nullable=True),
    sa.Column('number_id', sa.BigInteger(), nullable=True),
    sa.Column('vlan_id', sa.BigInteger(), nullable=True),
    sa.Column('prefix_id', sa.BigInteger(), nullable=True),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('change_id', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=False),
    sa.CheckConstraint('ended_on >= started_on', name=op.f('ck_service_resource_ended_on')),
    sa.CheckConstraint('num_nonnulls(circuit_id, number_id, vlan_id, prefix_id) = 1', name=op.f('ck_service_resource_one_thing')),
    sa.ForeignKeyConstraint(['region_id', 'circuit_id'], ['circuit.region_id', 'circuit.id'], name=op.f('fk_service_resource_region_id_circuit_id')),
    sa.ForeignKeyConstraint(['region_id', 'number_id'], ['number.region_id', 'number.id'], name=op.f('fk_service_resource_region_id_number_id')),
    sa.ForeignKeyConstraint(['region_id', 'prefix_id'], ['ip_prefix.region_id', 'ip_prefix.id'], name=op.f('fk_service_resource_region_id_prefix_id')),
    sa.ForeignKeyConstraint(['region_id', 'service_id'], ['service.region_id', 'service.id'], name=op.f('fk_service_resource_region_id_service_id')),
    sa.ForeignKeyConstraint(['region_id', 'vlan_id'], ['vlan.region_id', 'vlan.id'], name=op.f('fk_service_resource_region_id_vlan_id')),
    sa.PrimaryKeyConstraint('region_id', 'id', name=op.f('pk_service_resource'))
    )
    op.create_index('ix_service_resource_service', 'service_resource', ['region_id', 'service_id'], unique=False)
    op.create_index('uq_service_resource_chain', 'service_resource', ['region_id', 'service_id'], unique=True, postgresql_where=sa.text('ended_on IS NULL AND circuit_id IS NOT NULL'))
    op.create_index('uq_service_resource_circuit', 'service_resource', ['region_id', 'circuit_id'], unique=True, postgresql_where=sa.text('ended_on IS NULL AND circuit_id IS NOT NULL'))
    op.create_index('uq_service_resource_number', 'service_resource', ['region_id', 'number_id'], unique=True, postgresql_where=sa.text('ended_on IS NULL AND number_id IS NOT NULL'))
    op.create_index('uq_service_resource_prefix', 'service_resource', ['region_id', 'prefix_id'], unique=True, postgresql_where=sa.text('ended_on IS NULL AND prefix_id IS NOT NULL'))
    op.create_index('uq_service_resource_vlan', 'service_resource', ['region_id', 'vlan_id'], unique=True, postgresql_where=sa.text('ended_on IS NULL AND vlan_id IS NOT NULL'))
    op.add_column('cable', sa.Column('asset_value_fen', sa.BigInteger(), nullable=True))
    op.add_column('cable_segment', sa.Column('asset_value_fen', sa.BigInteger(), nullable=True))
    op.add_column('equipment', sa.Column('asset_value_fen', sa.BigInteger(), nullable=True))
    op.add_column('section', sa.Column('asset_value_fen', sa.BigInteger(), nullable=True))
    op.add_column('structure', sa.Column('asset_value_fen', sa.BigInteger(), nullable=True))
    for table, row_id in JOURNALLED.items():
        op.execute(
            f"CREATE TRIGGER journal BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION netgrid_journal('{row_id}', '{table}')"
        )


def downgrade():
    op.drop_column('structure', 'asset_value_fen')
    op.drop_column('section', 'asset_value_fen')
    op.drop_column('equipment', 'asset_value_fen')
    op.drop_column('cable_segment', 'asset_value_fen')
    op.drop_column('cable', 'asset_value_fen')
    op.drop_index('uq_service_resource_vlan', table_name='service_resource', postgresql_where=sa.text('ended_on IS NULL AND vlan_id IS NOT NULL'))
    op.drop_index('uq_service_resource_prefix', table_name='service_resource', postgresql_where=sa.text('ended_on IS NULL AND prefix_id IS NOT NULL'))
    op.drop_index('uq_service_resource_number', table_name='service_resource', postgresql_where=sa.text('ended_on IS NULL AND number_id IS NOT NULL'))
    op.drop_index('uq_service_resource_circuit', table_name='service_resource', postgresql_where=sa.text('ended_on IS NULL AND circuit_id IS NOT NULL'))
    op.drop_index('uq_service_resource_chain', table_name='service_resource', postgresql_where=sa.text('ended_on IS NULL AND circuit_id IS NOT NULL'))
    op.drop_index('ix_service_resource_service', table_name='service_resource')
    op.drop_table('service_resource')
    op.drop_table('ring_member')
    op.drop_table('circuit_carrier')
    op.drop_index('ix_number_block', table_name='number')
    op.drop_table('number')
    op.drop_index('ix_circuit_z_port', table_name='circuit')
    op.drop_index('ix_circuit_a_port', table_name='circuit')
    op.drop_table('circuit')
    op.drop_index('ix_trunk_group_z', table_name='trunk_group')
    op.drop_index('ix_trunk_group_a', table_name='trunk_group')
    op.drop_table('trunk_group')
    op.drop_table('number_block')
    op.drop_table('vlan')
    op.drop_table('switch_office')
    op.drop_index('ix_serving_equipment', table_name='serving')
    op.drop_table('serving')
    op.drop_index('ix_power_reading_read_on', table_name='power_reading')
    op.drop_table('power_reading')
    op.drop_table('power_rating')
    op.drop_table('power_feed')
    op.drop_table('ip_prefix')
    op.drop_index('ix_unmet_request_geom', table_name='unmet_request', postgresql_using='gist')
    op.drop_table('unmet_request')
    op.drop_index('ix_service_customer', table_name='service')
    op.drop_index('ix_service_address', table_name='service')
    op.drop_table('service')
    op.drop_table('address')
    op.drop_index('ix_building_grid', table_name='building')
    op.drop_index('ix_building_geom', table_name='building', postgresql_using='gist')
    op.drop_table('building')
    op.drop_table('ring')
    op.drop_index('ix_customer_name', table_name='customer', postgresql_using='gin', postgresql_ops={'name': 'gin_trgm_ops'})
    op.drop_table('customer')
