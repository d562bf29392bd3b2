-- Free line ports of a type in the building where a frame stands, the fullest equipment first.
SELECT a.id AS structure_id, p.id, p.code, p.equipment_id
FROM unnest(CAST(:structures AS bigint[])) AS a (id)
CROSS JOIN LATERAL (
  SELECT p.id, e.code || '/' || p.no AS code, p.equipment_id
  FROM equipment e
  JOIN port p ON p.region_id = :region_id AND p.equipment_id = e.id
  WHERE e.region_id = :region_id AND e.structure_id = a.id AND e.life = 'in_service' AND p.role = 'plain' AND p.port_type = :line_type
    AND p.use = 'idle' AND p.life = 'in_service' AND p.health IN ('ok', 'degraded') AND p.id <> ALL (CAST(:passed AS bigint[]))
    AND NOT EXISTS (SELECT FROM joint_end x WHERE x.region_id = :region_id AND x.end_key = p.id * 8 + 5)
  ORDER BY p.id <> ALL (CAST(:wanted AS bigint[])), e.id, length(p.no), p.no LIMIT :most
  {lock_p}
) p
