-- The circuits that claim any of these strands, pairs and ports, with everything else that they claim, and who is served over them.
-- What a trace passed is named by its key alone; the rest of a claim is named in full.
WITH claiming AS (
  SELECT c.circuit_id FROM circuit_carrier c WHERE c.region_id = :region_id AND c.conductor_id = ANY(:conductors)
  UNION
  SELECT c.circuit_id FROM circuit_carrier c WHERE c.region_id = :region_id AND c.port_id = ANY(:ports)
)
SELECT x.id AS circuit_id, x.code AS circuit_code, x.kind AS circuit_kind, x.topology, x.rate, x.a_port_id, x.z_port_id,
       c.path_no, c.seq, c.conductor_id, c.port_id, c.lower_circuit_id,
       coalesce(k.code || '/' || g.code || ':' || n.no, e.code || '/' || p.no) AS missed_code,
       v.code AS service_code, v.product, v.state AS service_state, u.code AS customer_code, u.segment
FROM claiming y
JOIN circuit x ON x.region_id = :region_id AND x.id = y.circuit_id
JOIN circuit_carrier c ON c.region_id = :region_id AND c.circuit_id = y.circuit_id
LEFT JOIN service_resource r ON r.region_id = :region_id AND r.circuit_id = x.id AND r.ended_on IS NULL
LEFT JOIN service v ON v.region_id = :region_id AND v.id = r.service_id
LEFT JOIN customer u ON u.region_id = :region_id AND u.id = v.customer_id
LEFT JOIN conductor n ON n.region_id = :region_id AND n.id = c.conductor_id AND n.id <> ALL (:conductors)
LEFT JOIN cable_segment g ON g.region_id = :region_id AND g.id = n.segment_id
LEFT JOIN cable k ON k.region_id = :region_id AND k.id = g.cable_id
LEFT JOIN port p ON p.region_id = :region_id AND p.id = c.port_id AND p.id <> ALL (:ports)
LEFT JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
ORDER BY x.code, x.id, c.path_no, c.seq
