-- The services that hold some circuits, or a VLAN or prefix of some gateways, on a day: whose, where, with which numbers.
WITH concerned AS (
  SELECT r.service_id, r.circuit_id, NULL::bigint AS gateway_id FROM service_resource r
  WHERE r.region_id = :region_id AND r.circuit_id = ANY(:circuits) AND r.started_on <= :day AND (r.ended_on IS NULL OR r.ended_on > :day)
  UNION
  SELECT r.service_id, NULL, l.gateway_equipment_id FROM vlan l
  JOIN service_resource r ON r.region_id = :region_id AND r.vlan_id = l.id AND r.started_on <= :day AND (r.ended_on IS NULL OR r.ended_on > :day)
  WHERE l.region_id = :region_id AND l.gateway_equipment_id = ANY(:gateways)
  UNION
  SELECT r.service_id, NULL, l.gateway_equipment_id FROM ip_prefix l
  JOIN service_resource r ON r.region_id = :region_id AND r.prefix_id = l.id AND r.started_on <= :day AND (r.ended_on IS NULL OR r.ended_on > :day)
  WHERE l.region_id = :region_id AND l.gateway_equipment_id = ANY(:gateways)
)
SELECT c.circuit_id, c.gateway_id, x.code AS circuit_code, v.id, v.code, v.product, v.sla, u.code AS customer, u.segment,
       g.code AS grid, g.name_zh AS grid_zh, g.name_en AS grid_en,
       (SELECT string_agg(n.digits, ' ' ORDER BY n.digits) FROM service_resource r JOIN number n ON n.region_id = :region_id AND n.id = r.number_id
        WHERE r.region_id = :region_id AND r.service_id = v.id AND r.ended_on IS NULL) AS numbers
FROM concerned c
JOIN service v ON v.region_id = :region_id AND v.id = c.service_id
JOIN customer u ON u.region_id = :region_id AND u.id = v.customer_id
LEFT JOIN circuit x ON x.region_id = :region_id AND x.id = c.circuit_id
LEFT JOIN address a ON a.region_id = :region_id AND a.id = v.address_id
LEFT JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
LEFT JOIN grid g ON g.region_id = :region_id AND g.id = b.grid_id
