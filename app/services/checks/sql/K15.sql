WITH bad AS (
  SELECT k.circuit_id, 'strand or pair ' || n.no || ' of ' || b.code || '/' || s.code AS what, n.life, n.health
  FROM circuit_carrier k JOIN conductor n ON n.region_id = :region_id AND n.id = k.conductor_id
  JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id JOIN cable b ON b.region_id = :region_id AND b.id = s.cable_id
  WHERE k.region_id = :region_id AND (n.life IN ('planned', 'designed', 'building', 'retired') OR n.health IN ('faulty', 'blocked'))
  UNION ALL
  SELECT k.circuit_id, e.code || '/' || p.no, p.life, p.health
  FROM circuit_carrier k JOIN port p ON p.region_id = :region_id AND p.id = k.port_id JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
  WHERE k.region_id = :region_id AND (p.life IN ('planned', 'designed', 'building', 'retired') OR p.health IN ('faulty', 'blocked'))
  UNION ALL
  SELECT k.circuit_id, l.code, l.life, l.health
  FROM circuit_carrier k JOIN circuit l ON l.region_id = :region_id AND l.id = k.lower_circuit_id
  WHERE k.region_id = :region_id AND (l.life IN ('planned', 'designed', 'building', 'retired') OR l.health IN ('faulty', 'blocked'))
)
SELECT 'circuit' AS kind, c.id, b.what || ', ' || CASE WHEN b.health IN ('faulty', 'blocked') THEN b.health ELSE b.life END AS found, 'sound and in service' AS expected
FROM bad b JOIN circuit c ON c.region_id = :region_id AND c.id = b.circuit_id
WHERE c.life = 'in_service' AND c.health = 'ok'
