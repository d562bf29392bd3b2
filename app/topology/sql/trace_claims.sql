-- The circuits that claim any of these strands, pairs and ports, with everything else that they claim, and who is served over them.
-- What a trace passed is named by its key alone; the rest of a claim is named in full.
WITH claiming AS MATERIALIZED (
  SELECT c.circuit_id FROM circuit_carrier c WHERE c.region_id = :region_id AND c.conductor_id = ANY(:conductors)
  UNION
  SELECT c.circuit_id FROM circuit_carrier c WHERE c.region_id = :region_id AND c.port_id = ANY(:ports)
)
SELECT x.id AS circuit_id, x.code AS circuit_code, x.kind AS circuit_kind, x.topology, x.rate, x.a_port_id, x.z_port_id,
       c.path_no, c.seq, c.conductor_id, c.port_id, c.lower_circuit_id,
       CASE
         WHEN c.conductor_id <> ALL (:conductors) THEN (
           SELECT k.code || '/' || g.code || ':' || n.no FROM conductor n
           JOIN cable_segment g ON g.region_id = :region_id AND g.id = n.segment_id
           JOIN cable k ON k.region_id = :region_id AND k.id = g.cable_id
           WHERE n.region_id = :region_id AND n.id = c.conductor_id)
         WHEN c.port_id <> ALL (:ports) THEN (
           SELECT e.code || '/' || p.no FROM port p JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
           WHERE p.region_id = :region_id AND p.id = c.port_id)
       END AS missed_code,
       v.code AS service_code, v.product, v.state AS service_state, v.customer AS customer_code, v.segment
FROM claiming y
CROSS JOIN LATERAL (SELECT * FROM circuit WHERE region_id = :region_id AND id = y.circuit_id OFFSET 0) x
LEFT JOIN LATERAL (
  SELECT s.code, s.product, s.state, u.code AS customer, u.segment
  FROM service_resource r
  JOIN service s ON s.region_id = :region_id AND s.id = r.service_id
  JOIN customer u ON u.region_id = :region_id AND u.id = s.customer_id
  WHERE r.region_id = :region_id AND r.circuit_id = x.id AND r.ended_on IS NULL OFFSET 0
) v ON true
CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND circuit_id = x.id OFFSET 0) c
ORDER BY x.code, x.id, c.path_no, c.seq
