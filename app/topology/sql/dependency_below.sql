-- What services and circuits stand on, layer by layer: what services hold, the circuits with all that they ride and the uplinks of equipment
-- outdoors, what carries those, segments and equipment, ducts and sections, structures. Each once. Of a PON tree a line stands on its own way up
-- to the head alone.
WITH RECURSIVE held AS (
  SELECT r.service_id, r.circuit_id, r.number_id, r.vlan_id, r.prefix_id FROM service_resource r
  WHERE r.region_id = :region_id AND r.service_id = ANY(:services) AND r.ended_on IS NULL
), ridden (id) AS (
  SELECT unnest(CAST(:circuits AS bigint[]))
  UNION
  SELECT circuit_id FROM held WHERE circuit_id IS NOT NULL
  UNION
  SELECT o.id FROM ridden
  CROSS JOIN LATERAL (
    {below_circuit ridden.id}
  ) o
), border AS MATERIALIZED (
  SELECT DISTINCT t.id AS tree_id, i.id AS input_id FROM ridden
  CROSS JOIN LATERAL (
    SELECT lower_circuit_id FROM circuit_carrier WHERE region_id = :region_id AND circuit_id = ridden.id AND lower_circuit_id IS NOT NULL OFFSET 0
  ) w
  CROSS JOIN LATERAL (SELECT id FROM circuit WHERE region_id = :region_id AND id = w.lower_circuit_id AND topology = 'tree' OFFSET 0) t
  CROSS JOIN LATERAL (SELECT port_id FROM circuit_carrier WHERE region_id = :region_id AND circuit_id = ridden.id OFFSET 0) c
  CROSS JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND id = c.port_id AND role = 'split_out' OFFSET 0) o
  CROSS JOIN LATERAL (
    SELECT id FROM port WHERE region_id = :region_id AND equipment_id = o.equipment_id AND split_no = o.split_no AND role = 'split_in' OFFSET 0
  ) i
), climb (leave_key, from_key) AS (
  SELECT input_id * 8 + 6, NULL::bigint FROM border
  UNION
  SELECT onward.end_key, j.mate_key FROM climb
  CROSS JOIN LATERAL (SELECT mate_key FROM joint_end WHERE region_id = :region_id AND end_key = climb.leave_key OFFSET 0) j
  CROSS JOIN LATERAL (
    SELECT j.mate_key # 1 AS end_key WHERE j.mate_key & 7 < 6
    UNION ALL
    SELECT i.id * 8 + 6 FROM (SELECT * FROM port WHERE region_id = :region_id AND id = j.mate_key >> 3 AND j.mate_key & 7 = 7 OFFSET 0) o
    CROSS JOIN LATERAL (
      SELECT id FROM port WHERE region_id = :region_id AND equipment_id = o.equipment_id AND split_no = o.split_no AND role = 'split_in' OFFSET 0
    ) i
  ) onward
), carried AS MATERIALIZED (
  SELECT c.conductor_id, c.port_id FROM ridden JOIN circuit_carrier c ON c.region_id = :region_id AND c.circuit_id = ridden.id
  WHERE ridden.id = ANY(CAST(:circuits AS bigint[])) OR NOT EXISTS (SELECT FROM border WHERE tree_id = ridden.id)
  UNION
  SELECT CASE WHEN key & 7 < 4 THEN key >> 3 END, CASE WHEN key & 7 >= 4 THEN key >> 3 END
  FROM climb CROSS JOIN LATERAL unnest(ARRAY[leave_key, from_key]) AS passed (key) WHERE key IS NOT NULL
), conductors AS MATERIALIZED (
  SELECT n.id, n.segment_id FROM carried c
  CROSS JOIN LATERAL (SELECT id, segment_id FROM conductor WHERE region_id = :region_id AND id = c.conductor_id OFFSET 0) n
), ports AS MATERIALIZED (
  SELECT p.id, p.card_id, p.equipment_id FROM carried c
  CROSS JOIN LATERAL (SELECT id, card_id, equipment_id FROM port WHERE region_id = :region_id AND id = c.port_id OFFSET 0) p
), segments AS MATERIALIZED (
  SELECT DISTINCT s.id, s.cable_id, s.a_structure_id, s.z_structure_id FROM conductors n
  JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id
), runs AS MATERIALIZED (
  SELECT DISTINCT r.section_id, r.duct_id FROM segments s JOIN cable_run r ON r.region_id = :region_id AND r.segment_id = s.id
), sections AS MATERIALIZED (
  SELECT DISTINCT s.id, s.a_structure_id, s.z_structure_id FROM runs r JOIN section s ON s.region_id = :region_id AND s.id = r.section_id
), machines AS MATERIALIZED (
  SELECT DISTINCT e.id, e.structure_id, e.rack_id FROM ports p JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
)
SELECT 'number' AS kind, number_id AS id FROM held WHERE number_id IS NOT NULL
UNION SELECT 'vlan', vlan_id FROM held WHERE vlan_id IS NOT NULL
UNION SELECT 'ip_prefix', prefix_id FROM held WHERE prefix_id IS NOT NULL
UNION SELECT 'circuit', id FROM ridden
UNION SELECT 'conductor', id FROM conductors
UNION SELECT 'port', id FROM ports
UNION SELECT 'card', card_id FROM ports WHERE card_id IS NOT NULL
UNION SELECT 'equipment', id FROM machines
UNION SELECT 'rack', rack_id FROM machines WHERE rack_id IS NOT NULL
UNION SELECT 'segment', id FROM segments
UNION SELECT 'cable', cable_id FROM segments
UNION SELECT 'duct', duct_id FROM runs WHERE duct_id IS NOT NULL
UNION SELECT 'section', id FROM sections
UNION SELECT 'structure', a_structure_id FROM sections
UNION SELECT 'structure', z_structure_id FROM sections
UNION SELECT 'structure', a_structure_id FROM segments
UNION SELECT 'structure', z_structure_id FROM segments
UNION SELECT 'structure', structure_id FROM machines
