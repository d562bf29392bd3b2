-- Free line ports of a type in the building where a frame stands, equipment by equipment and port by port: no more is read than is needed.
SELECT a.id AS structure_id, p.id, p.code, p.equipment_id
FROM unnest(CAST(:structures AS bigint[])) AS a (id)
CROSS JOIN LATERAL (
  SELECT p.id, e.code || '/' || p.no AS code, e.id AS equipment_id
  FROM (
    SELECT e.id, e.code FROM equipment e
    WHERE e.region_id = :region_id AND e.structure_id = a.id AND e.life = 'in_service'
    ORDER BY NOT EXISTS (SELECT FROM port w WHERE w.region_id = :region_id AND w.id = ANY(CAST(:wanted AS bigint[])) AND w.equipment_id = e.id), e.id
    OFFSET 0
  ) e
  CROSS JOIN LATERAL (
    SELECT i.id FROM port i
    WHERE i.region_id = :region_id AND i.equipment_id = e.id AND i.role = 'plain' AND i.port_type = :line_type
      AND i.use = 'idle' AND i.life = 'in_service' AND i.health IN ('ok', 'degraded') AND i.id <> ALL (CAST(:passed AS bigint[]))
    ORDER BY i.id <> ALL (CAST(:wanted AS bigint[])), length(i.no), i.no
    OFFSET 0
  ) i
  CROSS JOIN LATERAL (
    SELECT p.id, p.no FROM port p
    WHERE p.region_id = :region_id AND p.id = i.id AND p.use = 'idle' AND p.life = 'in_service' AND p.health IN ('ok', 'degraded')
      AND NOT EXISTS (SELECT FROM joint_end x WHERE x.region_id = :region_id AND x.end_key = p.id * 8 + 5)
    LIMIT 1
    {lock_p}
  ) p
  LIMIT :most
) p
