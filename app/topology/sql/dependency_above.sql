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
    SELECT c.circuit_id AS id FROM circuit_carrier c WHERE c.region_id = :region_id AND c.lower_circuit_id = rider.id
    UNION ALL
    SELECT d.id FROM (SELECT * FROM circuit WHERE region_id = :region_id AND id = rider.id AND kind = 'uplink' OFFSET 0) u
    CROSS JOIN LATERAL (SELECT equipment_id FROM port WHERE region_id = :region_id AND id = u.a_port_id OFFSET 0) a
    CROSS JOIN LATERAL (SELECT id FROM equipment WHERE region_id = :region_id AND id = a.equipment_id AND rack_id IS NULL OFFSET 0) e
    CROSS JOIN LATERAL (SELECT id FROM port WHERE region_id = :region_id AND equipment_id = e.id OFFSET 0) q
    CROSS JOIN LATERAL (
      SELECT id FROM circuit WHERE region_id = :region_id AND a_port_id = q.id AND kind IN ('pon_tree', 'access')
      UNION ALL
      SELECT id FROM circuit WHERE region_id = :region_id AND z_port_id = q.id AND kind = 'uplink'
    ) d
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
