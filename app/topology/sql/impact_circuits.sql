-- The circuits that failed strands, pairs, ports and equipment may take down, with those that ride them or are reached over them, at any
-- depth; and what is needed to tell whether they do. tag: hit = carried by something failed; end = begins or ends there; lower = rides another;
-- path = what a protected one rides; uplink = a way out of equipment; ring = a member of a ring; circuit = what it is.
WITH RECURSIVE {hits}, ended AS MATERIALIZED (
  SELECT DISTINCT x.id AS circuit_id, b.id AS port_id, b.equipment_id FROM bad_port b
  CROSS JOIN LATERAL (
    SELECT id FROM circuit WHERE region_id = :region_id AND a_port_id = b.id
    UNION ALL
    SELECT id FROM circuit WHERE region_id = :region_id AND z_port_id = b.id
  ) x
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
    SELECT c.circuit_id FROM (SELECT * FROM ring_member WHERE region_id = :region_id AND circuit_id = reached.id OFFSET 0) m
    CROSS JOIN LATERAL (SELECT * FROM ring_member WHERE region_id = :region_id AND ring_id = m.ring_id OFFSET 0) o
    CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND lower_circuit_id = o.circuit_id OFFSET 0) c
    UNION ALL
    SELECT d.id FROM (SELECT * FROM circuit WHERE region_id = :region_id AND id = reached.id AND kind = 'uplink' OFFSET 0) u
    CROSS JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND id = u.a_port_id OFFSET 0) a
    CROSS JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND equipment_id = a.equipment_id OFFSET 0) o
    CROSS JOIN LATERAL (
      SELECT id FROM circuit WHERE region_id = :region_id AND a_port_id = o.id AND kind IN ('pon_tree', 'access')
      UNION ALL
      SELECT id FROM circuit WHERE region_id = :region_id AND z_port_id = o.id AND kind = 'uplink'
    ) d
  ) onward
), members AS MATERIALIZED (
  SELECT x.id, x.kind, x.protection, x.a_port_id, x.z_port_id FROM reached r
  CROSS JOIN LATERAL (SELECT * FROM circuit WHERE region_id = :region_id AND id = r.id OFFSET 0) x
), outs AS MATERIALIZED (
  SELECT DISTINCT p.equipment_id FROM members u CROSS JOIN LATERAL unnest(ARRAY[u.a_port_id, u.z_port_id]) AS own (id)
  CROSS JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND id = own.id OFFSET 0) p
  WHERE u.kind = 'uplink'
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
CROSS JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND equipment_id = o.equipment_id OFFSET 0) a
CROSS JOIN LATERAL (SELECT * FROM circuit WHERE region_id = :region_id AND a_port_id = a.id AND kind = 'uplink' OFFSET 0) u
LEFT JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND id = u.z_port_id OFFSET 0) z ON true
UNION ALL
SELECT 'ring', o.circuit_id, NULL, NULL, NULL, NULL, o.ring_id, NULL
FROM (SELECT DISTINCT m.ring_id FROM members x JOIN ring_member m ON m.region_id = :region_id AND m.circuit_id = x.id WHERE x.kind = 'section') g
JOIN ring_member o ON o.region_id = :region_id AND o.ring_id = g.ring_id
UNION ALL
SELECT 'circuit', x.id, NULL, NULL, NULL, a.equipment_id, NULL, x.kind || ' ' || x.protection
FROM members x
LEFT JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND id = x.a_port_id AND x.kind IN ('pon_tree', 'access') OFFSET 0) a ON true
