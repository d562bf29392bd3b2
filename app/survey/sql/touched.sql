-- Owners whose members, way or place this import has touched: only theirs is counted again.
CREATE TEMP TABLE touched ON COMMIT DROP AS
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
-- What stands or begins in a structure counts in its grid, and moves with it.
UNION SELECT 'equipment', e.id FROM r_structure r JOIN equipment e ON e.region_id = :region AND e.structure_id = r.id WHERE r.is_changed
UNION SELECT 'segment', g.id FROM r_structure r JOIN cable_segment g ON g.region_id = :region AND g.a_structure_id = r.id WHERE r.is_changed
UNION SELECT 'section', s.id FROM r_structure r JOIN section s ON s.region_id = :region AND s.a_structure_id = r.id WHERE r.is_changed
UNION SELECT 'rack', k.id FROM r_structure r JOIN site t ON t.region_id = :region AND t.structure_id = r.id
      JOIN room m ON m.region_id = :region AND m.site_id = t.id JOIN rack k ON k.region_id = :region AND k.room_id = m.id WHERE r.is_changed;
