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
-- What stands or begins in a structure counts in its grid, and moves with it.
UNION SELECT 'equipment', e.id FROM r_structure r JOIN equipment e ON e.region_id = :region AND e.structure_id = r.id WHERE r.is_changed
UNION SELECT 'segment', g.id FROM r_structure r JOIN cable_segment g ON g.region_id = :region AND g.a_structure_id = r.id WHERE r.is_changed
UNION SELECT 'section', s.id FROM r_structure r JOIN section s ON s.region_id = :region AND s.a_structure_id = r.id WHERE r.is_changed
UNION SELECT 'rack', k.id FROM r_structure r JOIN site t ON t.region_id = :region AND t.structure_id = r.id
      JOIN room m ON m.region_id = :region AND m.site_id = t.id JOIN rack k ON k.region_id = :region AND k.room_id = m.id WHERE r.is_changed;
