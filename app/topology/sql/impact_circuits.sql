-- The circuits that failed strands, pairs, ports and equipment may take down, with those that ride them or are reached over them, at any
-- depth; and what is needed to tell whether they do. tag: hit = carried by something failed; end = begins or ends there; lower = rides another;
-- path = what a protected one rides; uplink = a way out of equipment; ring = a member of a ring; circuit = what it is.
WITH RECURSIVE bad_port AS (
  SELECT p.id, p.equipment_id FROM port p WHERE p.region_id = :region_id AND p.id = ANY(CAST(:ports AS bigint[]))
  UNION
  SELECT p.id, p.equipment_id FROM port p WHERE p.region_id = :region_id AND p.equipment_id = ANY(CAST(:equipment AS bigint[]))
), hit AS MATERIALIZED (
  SELECT c.circuit_id, c.path_no, c.conductor_id, NULL::bigint AS port_id, NULL::bigint AS equipment_id
  FROM unnest(CAST(:conductors AS bigint[])) AS w (id)
  CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND conductor_id = w.id OFFSET 0) c
  UNION ALL
  SELECT c.circuit_id, c.path_no, NULL, b.id, b.equipment_id
  FROM bad_port b CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND port_id = b.id OFFSET 0) c
), ended AS MATERIALIZED (
  SELECT x.id AS circuit_id, b.id AS port_id, b.equipment_id FROM bad_port b JOIN circuit x ON x.region_id = :region_id AND x.a_port_id = b.id
  UNION
  SELECT x.id, b.id, b.equipment_id FROM bad_port b JOIN circuit x ON x.region_id = :region_id AND x.z_port_id = b.id
), reached (id) AS (
  SELECT circuit_id FROM hit
  UNION
  SELECT circuit_id FROM ended
  UNION
  SELECT onward.id
  FROM reached
  CROSS JOIN LATERAL (
    SELECT c.circuit_id AS id FROM circuit_carrier c WHERE c.region_id = :region_id AND c.lower_circuit_id = reached.id
    UNION ALL
    SELECT c.circuit_id FROM ring_member m
    JOIN ring_member o ON o.region_id = :region_id AND o.ring_id = m.ring_id
    JOIN circuit_carrier c ON c.region_id = :region_id AND c.lower_circuit_id = o.circuit_id
    WHERE m.region_id = :region_id AND m.circuit_id = reached.id
    UNION ALL
    SELECT d.id FROM circuit u
    JOIN port a ON a.region_id = :region_id AND a.id = u.a_port_id
    JOIN port o ON o.region_id = :region_id AND o.equipment_id = a.equipment_id
    JOIN circuit d ON d.region_id = :region_id AND d.a_port_id = o.id AND d.kind IN ('pon_tree', 'access')
    WHERE u.region_id = :region_id AND u.id = reached.id AND u.kind = 'uplink'
    UNION ALL
    SELECT d.id FROM circuit u
    JOIN port a ON a.region_id = :region_id AND a.id = u.a_port_id
    JOIN port o ON o.region_id = :region_id AND o.equipment_id = a.equipment_id
    JOIN circuit d ON d.region_id = :region_id AND d.z_port_id = o.id AND d.kind = 'uplink'
    WHERE u.region_id = :region_id AND u.id = reached.id AND u.kind = 'uplink'
  ) onward
), members AS MATERIALIZED (
  SELECT x.id, x.kind, x.protection, x.a_port_id, x.z_port_id FROM reached r
  CROSS JOIN LATERAL (SELECT * FROM circuit WHERE region_id = :region_id AND id = r.id OFFSET 0) x
), outs AS MATERIALIZED (
  SELECT a.equipment_id FROM members u JOIN port a ON a.region_id = :region_id AND a.id = u.a_port_id WHERE u.kind = 'uplink'
  UNION
  SELECT z.equipment_id FROM members u JOIN port z ON z.region_id = :region_id AND z.id = u.z_port_id WHERE u.kind = 'uplink'
)
SELECT 'hit' AS tag, circuit_id, path_no, conductor_id, port_id, equipment_id, NULL::bigint AS other_id, NULL::text AS word FROM hit
UNION ALL
SELECT 'end', circuit_id, NULL, NULL, port_id, equipment_id, NULL, NULL FROM ended
UNION ALL
SELECT 'lower', c.circuit_id, c.path_no, NULL, NULL, NULL, c.lower_circuit_id, NULL
FROM reached r CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND lower_circuit_id = r.id OFFSET 0) c
UNION ALL
SELECT 'path', c.circuit_id, c.path_no, NULL, NULL, NULL, c.lower_circuit_id, NULL
FROM members x CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND circuit_id = x.id OFFSET 0) c
WHERE x.protection <> 'none' AND (c.lower_circuit_id IS NOT NULL OR c.path_no > 1)
UNION ALL
SELECT 'uplink', u.id, NULL, NULL, NULL, o.equipment_id, z.equipment_id, NULL
FROM outs o
JOIN port a ON a.region_id = :region_id AND a.equipment_id = o.equipment_id
JOIN circuit u ON u.region_id = :region_id AND u.a_port_id = a.id AND u.kind = 'uplink'
LEFT JOIN port z ON z.region_id = :region_id AND z.id = u.z_port_id
UNION ALL
SELECT 'ring', o.circuit_id, NULL, NULL, NULL, NULL, o.ring_id, NULL
FROM (SELECT DISTINCT m.ring_id FROM members x JOIN ring_member m ON m.region_id = :region_id AND m.circuit_id = x.id WHERE x.kind = 'section') g
JOIN ring_member o ON o.region_id = :region_id AND o.ring_id = g.ring_id
UNION ALL
SELECT 'circuit', x.id, NULL, NULL, NULL, a.equipment_id, NULL, x.kind || ' ' || x.protection
FROM members x
LEFT JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND id = x.a_port_id AND x.kind IN ('pon_tree', 'access') OFFSET 0) a ON true
