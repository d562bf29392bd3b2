-- Where the ways of circuits, and of what is served over them, begin: the customer's end of an access line, the A end of others. A circuit
-- over channels begins at both ends, and the circuits that it rides follow; a tree is passed on the way and needs no start of its own. A line that ends at equipment outdoors goes on
-- over its uplinks.
WITH RECURSIVE served AS (
  SELECT v.id FROM service v WHERE v.region_id = :region_id AND :kind = 'service' AND v.id = :id
  UNION
  SELECT v.id FROM service v WHERE v.region_id = :region_id AND :kind = 'customer' AND v.customer_id = :id AND v.state <> 'terminated'
  UNION
  SELECT v.id FROM service v WHERE v.region_id = :region_id AND :kind = 'address' AND v.address_id = :id AND v.state <> 'terminated'
  UNION
  SELECT r.service_id FROM service_resource r WHERE r.region_id = :region_id AND :kind = 'number' AND r.number_id = :id AND r.ended_on IS NULL
), lines (circuit_id, upper_id, service_id, level) AS (
  SELECT r.circuit_id, NULL::bigint, r.service_id, 0 FROM served s
  JOIN service_resource r ON r.region_id = :region_id AND r.service_id = s.id AND r.circuit_id IS NOT NULL AND r.ended_on IS NULL
  UNION
  SELECT x.id, NULL, NULL, 0 FROM circuit x WHERE x.region_id = :region_id AND :kind = 'circuit' AND x.id = :id
  UNION
  SELECT l.id, n.id, n.service_id, n.level + 1 FROM lines AS n (id, upper_id, service_id, level)
  CROSS JOIN LATERAL (
    {below_circuit n.id}
  ) o
  JOIN circuit l ON l.region_id = :region_id AND l.id = o.id AND l.topology <> 'tree'
  WHERE n.level < 10
)
SELECT DISTINCT ON (t.kind, t.id) t.kind, t.id, x.code AS circuit_code, v.code AS service_code, n.level, t.path_no
FROM lines n
JOIN circuit x ON x.region_id = :region_id AND x.id = n.circuit_id
LEFT JOIN service v ON v.region_id = :region_id AND v.id = n.service_id
CROSS JOIN LATERAL (
  (SELECT CASE WHEN p.id IS NOT NULL THEN 'port' WHEN c.conductor_id IS NOT NULL THEN 'conductor' ELSE 'port' END AS kind,
          coalesce(p.id, c.conductor_id, c.port_id) AS id, 1 AS path_no
   FROM (SELECT CASE WHEN x.kind = 'access' THEN coalesce(x.z_port_id, x.a_port_id) ELSE coalesce(x.a_port_id, x.z_port_id) END AS id) p
   LEFT JOIN circuit_carrier c ON p.id IS NULL AND c.region_id = :region_id AND c.circuit_id = x.id AND c.path_no = 1 AND c.lower_circuit_id IS NULL
   ORDER BY c.seq LIMIT 1)
  UNION ALL
  SELECT 'port', x.z_port_id, 1
  WHERE x.kind <> 'access' AND EXISTS (
    SELECT FROM circuit_carrier c JOIN circuit l ON l.region_id = :region_id AND l.id = c.lower_circuit_id AND l.topology <> 'tree'
    WHERE c.region_id = :region_id AND c.circuit_id = x.id)
  UNION ALL
  (SELECT DISTINCT ON (c.path_no) CASE WHEN c.conductor_id IS NOT NULL THEN 'conductor' ELSE 'port' END, coalesce(c.conductor_id, c.port_id), c.path_no::int
   FROM circuit_carrier c
   WHERE c.region_id = :region_id AND c.circuit_id = x.id AND c.path_no > 1 AND c.lower_circuit_id IS NULL ORDER BY c.path_no, c.seq)
) t
WHERE t.id IS NOT NULL
ORDER BY t.kind, t.id, n.level
