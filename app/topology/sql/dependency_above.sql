-- Who stands on strands, pairs, ports and equipment: the circuits that they carry, those that ride these at any depth, services and customers.
WITH RECURSIVE rider (id) AS (
  SELECT c.circuit_id FROM circuit_carrier c WHERE c.region_id = :region_id AND c.conductor_id = ANY(:conductors)
  UNION
  SELECT c.circuit_id FROM circuit_carrier c WHERE c.region_id = :region_id AND c.port_id = ANY(:ports)
  UNION
  SELECT c.circuit_id FROM port p JOIN circuit_carrier c ON c.region_id = :region_id AND c.port_id = p.id
  WHERE p.region_id = :region_id AND p.equipment_id = ANY(:equipment)
  UNION
  SELECT unnest(CAST(:circuits AS bigint[]))
  UNION
  SELECT c.circuit_id FROM rider JOIN circuit_carrier c ON c.region_id = :region_id AND c.lower_circuit_id = rider.id
), services AS MATERIALIZED (
  SELECT DISTINCT v.id, v.customer_id FROM rider
  JOIN service_resource r ON r.region_id = :region_id AND r.circuit_id = rider.id AND r.ended_on IS NULL
  JOIN service v ON v.region_id = :region_id AND v.id = r.service_id
)
SELECT 'circuit' AS kind, id FROM rider
UNION SELECT 'service', id FROM services
UNION SELECT 'customer', customer_id FROM services
