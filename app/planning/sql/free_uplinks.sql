-- Idle ports of this type by which equipment of a grid, or of one inside it, may lead on; those whose uplinks are the fullest come first.
SELECT e.id AS equipment_id, e.code || '/' || p.no AS code
FROM structure t
JOIN grid g ON g.region_id = :region_id AND g.id = t.grid_id AND (g.id = :grid OR g.parent_id = :grid)
JOIN equipment e ON e.region_id = :region_id AND e.structure_id = t.id AND e.life = 'in_service'
JOIN port p ON p.region_id = :region_id AND p.equipment_id = e.id AND p.role = 'plain' AND p.port_type = :uplink_type
  AND p.use = 'idle' AND p.life = 'in_service' AND p.health IN ('ok', 'degraded')
CROSS JOIN LATERAL (
  SELECT sum(c.peak_mbit) / sum(c.rate_mbit) AS fill
  FROM port o JOIN circuit c ON c.region_id = :region_id AND c.a_port_id = o.id AND c.kind = 'uplink' AND c.life = 'in_service'
  WHERE o.region_id = :region_id AND o.equipment_id = e.id) u
WHERE t.region_id = :region_id AND u.fill IS NOT NULL
ORDER BY u.fill DESC, e.code, length(p.no), p.no
