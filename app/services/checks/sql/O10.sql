WITH held AS (
  SELECT h.number_id, h.service_id,
         EXISTS (SELECT FROM service_resource c WHERE c.region_id = :region_id AND c.service_id = h.service_id AND c.circuit_id IS NOT NULL AND c.ended_on IS NULL) AS has_line
  FROM service_resource h WHERE h.region_id = :region_id AND h.number_id IS NOT NULL AND h.ended_on IS NULL
)
SELECT 'number' AS kind, n.id, CASE WHEN h.number_id IS NULL THEN 'in use, held by no service' ELSE 'in use without a line' END AS found, 'a line' AS expected
FROM number n LEFT JOIN held h ON h.number_id = n.id
WHERE n.region_id = :region_id AND n.use = 'in_use' AND h.has_line IS NOT TRUE
UNION ALL
SELECT 'number', n.id, n.use || ', and held by a service', 'in_use'
FROM held h JOIN number n ON n.region_id = :region_id AND n.id = h.number_id AND n.use IN ('idle', 'ageing')
UNION ALL
SELECT 'service', s.id, 'a telephone line without number', 'a number'
FROM service s
WHERE s.region_id = :region_id AND s.product = 'pots' AND s.state IN ('active', 'suspended') AND NOT EXISTS (SELECT FROM held h WHERE h.service_id = s.id)
