-- The cable segments that a service stands on now, those of the trees that it rides included.
WITH RECURSIVE held (circuit_id) AS (
  SELECT h.circuit_id FROM service_resource h WHERE h.region_id = :region_id AND h.service_id = :id AND h.circuit_id IS NOT NULL AND h.ended_on IS NULL
  UNION
  SELECT k.lower_circuit_id FROM held h JOIN circuit_carrier k ON k.region_id = :region_id AND k.circuit_id = h.circuit_id WHERE k.lower_circuit_id IS NOT NULL
)
SELECT DISTINCT n.segment_id
FROM held h
JOIN circuit_carrier k ON k.region_id = :region_id AND k.circuit_id = h.circuit_id
JOIN conductor n ON n.region_id = :region_id AND n.id = k.conductor_id
