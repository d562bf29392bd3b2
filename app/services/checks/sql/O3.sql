SELECT 'circuit' AS kind, id, 'reserved until ' || (reserved_until AT TIME ZONE 'Asia/Shanghai')::date AS found, 'released or extended' AS expected
FROM circuit WHERE region_id = :region_id AND use = 'reserved' AND (reserved_until AT TIME ZONE 'Asia/Shanghai')::date < CAST(:today AS date)
UNION ALL
SELECT 'service', s.id, 'reserved since ' || min(h.started_on), 'at most ' || CAST(:reserved_days AS int) || ' days'
FROM service s JOIN service_resource h ON h.region_id = :region_id AND h.service_id = s.id AND h.ended_on IS NULL
WHERE s.region_id = :region_id AND s.state = 'reserved'
  AND NOT EXISTS (SELECT FROM circuit c WHERE c.region_id = :region_id AND c.id = h.circuit_id AND c.reserved_until IS NOT NULL)
GROUP BY s.id HAVING min(h.started_on) < CAST(:today AS date) - CAST(:reserved_days AS int)
