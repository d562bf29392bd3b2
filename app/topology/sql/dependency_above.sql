-- Who stands on strands, pairs, ports and equipment: the circuits that they carry, those that ride these at any depth or lead on over the
-- uplink of equipment outdoors, services and customers.
-- Of a PON tree behind its first splitter only those lines whose light passes there.
WITH RECURSIVE {hits}, rider (id) AS (
  SELECT circuit_id FROM hit
  UNION
  SELECT unnest(CAST(:circuits AS bigint[]))
  UNION
  SELECT o.id FROM rider
  CROSS JOIN LATERAL (
    {above_circuit rider.id}
  ) o
), services AS MATERIALIZED (
  SELECT DISTINCT v.id, v.customer_id FROM rider
  JOIN service_resource r ON r.region_id = :region_id AND r.circuit_id = rider.id AND r.ended_on IS NULL
  JOIN service v ON v.region_id = :region_id AND v.id = r.service_id
)
SELECT 'circuit' AS kind, id FROM rider
UNION SELECT 'circuit', circuit_id FROM part
UNION SELECT 'service', id FROM services
UNION SELECT 'customer', customer_id FROM services
