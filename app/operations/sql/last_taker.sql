-- Who took a port of these access points last: a reservation, else a service.
-- The newest circuit is looked at first, and no more of them than are needed; the planner would look through those of the whole region.
SELECT t.taker
FROM (
  SELECT DISTINCT k.circuit_id
  FROM port p
  JOIN circuit_carrier k ON k.region_id = :region_id AND k.port_id = p.id
  WHERE p.region_id = :region_id AND p.equipment_id = ANY(:ids)
  ORDER BY k.circuit_id DESC
  OFFSET 0
) k
CROSS JOIN LATERAL (
  SELECT coalesce(
    (SELECT r.code || ' (' || r.owner || ')' FROM reservation r WHERE r.region_id = :region_id AND r.circuit_id = k.circuit_id),
    (SELECT min(s.code) FROM service_resource v JOIN service s ON s.region_id = :region_id AND s.id = v.service_id
     WHERE v.region_id = :region_id AND v.circuit_id = k.circuit_id AND v.ended_on IS NULL)
  ) AS taker
  OFFSET 0
) t
WHERE t.taker IS NOT NULL
LIMIT 1
