-- Owners whose members, way or place this import has touched: only theirs is counted again.
CREATE TEMP TABLE touched ON COMMIT DROP AS
WITH moved AS MATERIALIZED (SELECT id FROM r_structure WHERE is_changed)
SELECT 'section' AS kind, id FROM r_section WHERE NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'section', section_id FROM r_duct WHERE is_changed
UNION SELECT 'section', section_id FROM r_cable_run WHERE is_changed
UNION SELECT 'section', section_id FROM left_duct
UNION SELECT 'segment', id FROM r_segment WHERE NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'segment', segment_id FROM r_conductor_state WHERE is_changed
UNION SELECT 'segment', segment_id FROM r_cable_run WHERE is_changed
UNION SELECT 'rack', id FROM r_rack WHERE NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'rack', rack_id FROM r_equipment WHERE rack_id IS NOT NULL AND NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'equipment', id FROM r_equipment WHERE NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'equipment', equipment_id FROM r_card WHERE NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'equipment', equipment_id FROM r_port_state WHERE is_changed
UNION SELECT kind, owner_id FROM held_change
UNION SELECT 'equipment', gateway_id FROM r_vlan WHERE is_changed
UNION SELECT 'equipment', v.gateway_equipment_id FROM (SELECT vlan_id FROM new_resource UNION SELECT vlan_id FROM closed_resource) h JOIN vlan v ON v.region_id = :region AND v.id = h.vlan_id
UNION SELECT 'trunk_group', id FROM r_trunk_group WHERE NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'number_block', id FROM r_number_block WHERE NOT bad AND known_id IS NULL
UNION SELECT 'number_block', n.block_id FROM (SELECT id FROM number_change UNION SELECT number_id FROM new_resource UNION SELECT number_id FROM closed_resource
      UNION SELECT h.number_id FROM held_service s JOIN service_resource h ON h.region_id = :region AND h.service_id = s.id) c JOIN number n ON n.region_id = :region AND n.id = c.id
UNION SELECT 'circuit', id FROM r_circuit WHERE NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'circuit', id FROM held_circuit
UNION SELECT 'circuit', circuit_id FROM head_tree WHERE circuit_id IS NOT NULL
UNION SELECT 'circuit', lower_circuit_id FROM freed_carrier WHERE lower_circuit_id IS NOT NULL
UNION SELECT 'building', building_id FROM r_address WHERE NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'building', id FROM r_building WHERE NOT bad AND (is_changed OR known_id IS NULL)
UNION SELECT 'building', a.building_id FROM (SELECT address_id FROM r_serving WHERE is_changed UNION SELECT address_id FROM r_service WHERE NOT bad AND (is_changed OR known_id IS NULL)) t
      JOIN address a ON a.region_id = :region AND a.id = t.address_id
-- Load and need of power travel along the feeds.
UNION SELECT 'equipment', e.id FROM (SELECT equipment_id AS id FROM r_power_rating WHERE is_changed UNION SELECT equipment_id FROM r_power_reading WHERE is_changed
      UNION SELECT source_id FROM fed UNION SELECT load_equipment_id FROM fed WHERE load_equipment_id IS NOT NULL) p
      CROSS JOIN LATERAL (SELECT p.id UNION SELECT f.source_equipment_id FROM power_feed f WHERE f.region_id = :region AND f.load_equipment_id = p.id
                          UNION SELECT f.load_equipment_id FROM power_feed f WHERE f.region_id = :region AND f.source_equipment_id = p.id AND f.load_equipment_id IS NOT NULL) e
-- Batteries of a place share the load of its rectifiers.
UNION SELECT 'equipment', b.id FROM (SELECT equipment_id AS id FROM r_power_rating WHERE is_changed UNION SELECT equipment_id FROM r_power_reading WHERE is_changed
      UNION SELECT id FROM r_equipment WHERE NOT bad AND (is_changed OR known_id IS NULL)) p
      JOIN equipment e ON e.region_id = :region AND e.id = p.id JOIN equipment b ON b.region_id = :region AND b.structure_id = e.structure_id
      JOIN equipment_model m ON m.id = b.model_id AND m.kind = 'battery'
-- A card draws from the power of its rack.
UNION SELECT 'rack', e.rack_id FROM r_card r JOIN equipment e ON e.region_id = :region AND e.id = r.equipment_id AND e.rack_id IS NOT NULL WHERE NOT r.bad AND (r.is_changed OR r.known_id IS NULL)
-- Offices with their numbers and trunks, and lines, count where their equipment stands.
UNION SELECT x.kind, x.id FROM (
      SELECT id FROM r_equipment WHERE is_changed AND NOT bad
      UNION SELECT e.id FROM moved r JOIN equipment e ON e.region_id = :region AND e.structure_id = r.id
      UNION SELECT o.equipment_id FROM r_switch_office r JOIN switch_office o ON o.region_id = :region AND o.id = r.id WHERE r.is_changed AND NOT r.bad) m
      CROSS JOIN LATERAL (
      SELECT 'trunk_group' AS kind, g.id FROM switch_office o JOIN trunk_group g ON g.region_id = :region AND g.a_office_id = o.id WHERE o.region_id = :region AND o.equipment_id = m.id
      UNION ALL SELECT 'number_block', b.id FROM switch_office o JOIN number_block b ON b.region_id = :region AND b.office_id = o.id WHERE o.region_id = :region AND o.equipment_id = m.id
      UNION ALL SELECT 'circuit', c.id FROM port p JOIN circuit c ON c.region_id = :region AND c.a_port_id = p.id WHERE p.region_id = :region AND p.equipment_id = m.id) x
-- What stands or begins in a structure counts in its grid, and moves with it.
UNION SELECT 'equipment', e.id FROM moved r JOIN equipment e ON e.region_id = :region AND e.structure_id = r.id
UNION SELECT 'segment', g.id FROM moved r JOIN cable_segment g ON g.region_id = :region AND g.a_structure_id = r.id
UNION SELECT 'section', s.id FROM moved r JOIN section s ON s.region_id = :region AND s.a_structure_id = r.id
UNION SELECT 'rack', k.id FROM moved r JOIN site t ON t.region_id = :region AND t.structure_id = r.id
      JOIN room m ON m.region_id = :region AND m.site_id = t.id JOIN rack k ON k.region_id = :region AND k.room_id = m.id;
