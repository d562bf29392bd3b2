-- One line per segment and equipment. Where no circuits are recorded at all there is nothing to compare with.
SELECT x.kind, x.id, x.n || ' in use without circuit, first ' || x.first_no AS found, 'a circuit that each carries' AS expected
FROM (
  SELECT 'segment' AS kind, n.segment_id AS id, count(*) AS n, min(n.no)::text AS first_no
  FROM conductor n
  WHERE n.region_id = :region_id AND n.use = 'in_use' AND NOT EXISTS (SELECT FROM circuit_carrier k WHERE k.region_id = :region_id AND k.conductor_id = n.id)
  GROUP BY 2
  UNION ALL
  SELECT 'equipment', p.equipment_id, count(*), min(p.no)
  FROM port p
  WHERE p.region_id = :region_id AND p.use = 'in_use'
    AND NOT EXISTS (SELECT FROM circuit_carrier k WHERE k.region_id = :region_id AND k.port_id = p.id)
    AND NOT EXISTS (SELECT FROM circuit c WHERE c.region_id = :region_id AND c.a_port_id = p.id)
    AND NOT EXISTS (SELECT FROM circuit c WHERE c.region_id = :region_id AND c.z_port_id = p.id)
  GROUP BY 2
) x
WHERE EXISTS (SELECT FROM circuit WHERE region_id = :region_id)
UNION ALL
SELECT 'circuit', c.id, 'in use without service', 'the service that holds it'
FROM circuit c
WHERE c.region_id = :region_id AND c.kind = 'access' AND c.use = 'in_use'
  AND NOT EXISTS (SELECT FROM service_resource h WHERE h.region_id = :region_id AND h.circuit_id = c.id AND h.ended_on IS NULL)
