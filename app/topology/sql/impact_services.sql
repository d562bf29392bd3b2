-- The services that hold some circuits, or a VLAN or prefix of some gateways, on a day: whose, where, with which numbers. What is held today has an
-- index; a day that has passed takes a look at everything that has ended since.
WITH concerned AS MATERIALIZED (
  SELECT r.service_id, w.id AS circuit_id, NULL::bigint AS gateway_id
  FROM unnest(CAST(:circuits AS bigint[])) AS w (id)
  CROSS JOIN LATERAL (
    SELECT service_id FROM service_resource WHERE region_id = :region_id AND circuit_id = w.id AND ended_on IS NULL AND started_on <= :day OFFSET 0
  ) r
  UNION
  SELECT r.service_id, r.circuit_id, NULL FROM service_resource r
  WHERE :is_past AND r.region_id = :region_id AND r.circuit_id = ANY(CAST(:circuits AS bigint[])) AND r.started_on <= :day AND r.ended_on > :day
  UNION
  SELECT r.service_id, NULL, l.gateway_equipment_id FROM vlan l
  JOIN service_resource r ON r.region_id = :region_id AND r.vlan_id = l.id AND r.started_on <= :day
    AND (r.ended_on IS NULL OR (:is_past AND r.ended_on > :day))
  WHERE l.region_id = :region_id AND l.gateway_equipment_id = ANY(CAST(:gateways AS bigint[]))
  UNION
  SELECT r.service_id, NULL, l.gateway_equipment_id FROM ip_prefix l
  JOIN service_resource r ON r.region_id = :region_id AND r.prefix_id = l.id AND r.started_on <= :day
    AND (r.ended_on IS NULL OR (:is_past AND r.ended_on > :day))
  WHERE l.region_id = :region_id AND l.gateway_equipment_id = ANY(CAST(:gateways AS bigint[]))
)
SELECT c.circuit_id, c.gateway_id, x.code AS circuit_code, v.id, v.code, v.product, v.sla, u.code AS customer, u.segment,
       g.code AS grid, g.name_zh AS grid_zh, g.name_en AS grid_en,
       (SELECT string_agg(n.digits, ' ' ORDER BY n.digits) FROM service_resource r JOIN number n ON n.region_id = :region_id AND n.id = r.number_id
        WHERE r.region_id = :region_id AND r.service_id = v.id AND r.ended_on IS NULL) AS numbers
FROM concerned c
CROSS JOIN LATERAL (SELECT * FROM service WHERE region_id = :region_id AND id = c.service_id OFFSET 0) v
CROSS JOIN LATERAL (SELECT * FROM customer WHERE region_id = :region_id AND id = v.customer_id OFFSET 0) u
LEFT JOIN LATERAL (SELECT * FROM circuit WHERE region_id = :region_id AND id = c.circuit_id OFFSET 0) x ON true
LEFT JOIN LATERAL (
  SELECT g.code, g.name_zh, g.name_en FROM address a
  JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
  JOIN grid g ON g.region_id = :region_id AND g.id = b.grid_id
  WHERE a.region_id = :region_id AND a.id = v.address_id OFFSET 0
) g ON true
