-- Line ports in use of one piece of equipment, and the free ones of another, paired in the order of their numbers by type.
WITH source AS (
  SELECT p.id, e.code || '/' || p.no AS code, p.port_type, e.structure_id, row_number() OVER (PARTITION BY p.port_type ORDER BY length(p.no), p.no) AS place
  FROM port p JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
  WHERE p.region_id = :region_id AND p.equipment_id = :source AND p.role = 'plain' AND p.use = 'in_use'
),
target AS (
  SELECT p.id, p.port_type, row_number() OVER (PARTITION BY p.port_type ORDER BY length(p.no), p.no) AS place
  FROM port p
  WHERE p.region_id = :region_id AND p.equipment_id = :target AND p.role = 'plain' AND p.use = 'idle' AND p.life = 'in_service' AND p.health IN ('ok', 'degraded')
    AND NOT EXISTS (SELECT FROM joint_end x WHERE x.region_id = :region_id AND x.end_key = p.id * 8 + 5)
)
SELECT s.id AS from_id, s.code AS from_code, s.port_type, s.structure_id AS from_structure, t.id AS to_id,
       (SELECT e.structure_id FROM equipment e WHERE e.region_id = :region_id AND e.id = :target) AS to_structure,
       (SELECT min(c.id) FROM circuit c WHERE c.region_id = :region_id AND c.life <> 'retired' AND (c.a_port_id = s.id OR c.z_port_id = s.id)) AS circuit_id
FROM source s LEFT JOIN target t ON t.port_type = s.port_type AND t.place = s.place
ORDER BY s.port_type, s.place LIMIT :most
