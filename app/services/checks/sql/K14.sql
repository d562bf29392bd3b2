-- One channel of each section, from the element where the circuit begins to the one where it ends: each section begins where the last one ended.
WITH RECURSIVE ridden AS (
  SELECT k.circuit_id, k.path_no, k.lower_circuit_id, min(k.seq) AS seq, max(k.seq) AS last_seq, count(*) AS channels
  FROM circuit_carrier k JOIN circuit c ON c.region_id = :region_id AND c.id = k.circuit_id AND c.kind <> 'access'
  WHERE k.region_id = :region_id AND k.lower_circuit_id IS NOT NULL
  GROUP BY 1, 2, 3
),
hop AS (
  SELECT r.circuit_id, r.path_no, r.seq, r.last_seq, r.channels, l.code, p.equipment_id AS a_id, coalesce(q.equipment_id, o.equipment_id) AS z_id,
         row_number() OVER w AS step, count(*) OVER (PARTITION BY r.circuit_id, r.path_no) AS steps,
         min(r.channels) OVER (PARTITION BY r.circuit_id, r.path_no) AS fewest
  FROM ridden r
  JOIN circuit l ON l.region_id = :region_id AND l.id = r.lower_circuit_id
  LEFT JOIN port p ON p.region_id = :region_id AND p.id = l.a_port_id
  LEFT JOIN port q ON q.region_id = :region_id AND q.id = l.z_port_id
  -- A tree has no Z: it ends at each of its splitters, where the path comes from an output.
  LEFT JOIN LATERAL (
    SELECT b.equipment_id FROM circuit_carrier k JOIN port b ON b.region_id = :region_id AND b.id = k.port_id AND b.role = 'split_out'
    JOIN port i ON i.region_id = :region_id AND i.equipment_id = b.equipment_id AND i.split_no = b.split_no AND i.role = 'split_in'
    JOIN circuit_carrier m ON m.region_id = :region_id AND m.port_id = i.id AND m.circuit_id = l.id
    WHERE k.region_id = :region_id AND k.circuit_id = r.circuit_id AND k.path_no = r.path_no AND k.seq = r.seq - 1
  ) o ON l.topology = 'tree'
  WINDOW w AS (PARTITION BY r.circuit_id, r.path_no ORDER BY r.seq)
),
-- Where the path reaches its first section and leaves its last: the port carried beside it, else the port at the circuit's end.
rim AS (
  SELECT h.circuit_id, h.path_no,
         coalesce((SELECT p.equipment_id FROM circuit_carrier k JOIN port p ON p.region_id = :region_id AND p.id = k.port_id
                   WHERE k.region_id = :region_id AND k.circuit_id = h.circuit_id AND k.path_no = h.path_no AND k.seq < h.first_seq ORDER BY k.seq DESC LIMIT 1),
                  a.equipment_id) AS from_id,
         coalesce((SELECT p.equipment_id FROM circuit_carrier k JOIN port p ON p.region_id = :region_id AND p.id = k.port_id
                   WHERE k.region_id = :region_id AND k.circuit_id = h.circuit_id AND k.path_no = h.path_no AND k.seq > h.end_seq ORDER BY k.seq LIMIT 1),
                  z.equipment_id) AS to_id
  FROM (SELECT circuit_id, path_no, min(seq) AS first_seq, max(last_seq) AS end_seq FROM hop GROUP BY 1, 2) h
  JOIN circuit c ON c.region_id = :region_id AND c.id = h.circuit_id
  LEFT JOIN port a ON a.region_id = :region_id AND a.id = c.a_port_id
  LEFT JOIN port z ON z.region_id = :region_id AND z.id = c.z_port_id
),
walk (circuit_id, path_no, step, came_id, at_id) AS (
  SELECT circuit_id, path_no, 0::bigint, NULL::bigint, from_id FROM rim WHERE from_id IS NOT NULL
  UNION ALL
  SELECT w.circuit_id, w.path_no, h.step, w.at_id, CASE w.at_id WHEN h.a_id THEN h.z_id WHEN h.z_id THEN h.a_id END
  FROM walk w JOIN hop h ON h.circuit_id = w.circuit_id AND h.path_no = w.path_no AND h.step = w.step + 1
  WHERE w.at_id IS NOT NULL
)
SELECT 'circuit' AS kind, k.circuit_id AS id, 'channel ' || k.channel_no || ' of ' || l.code AS found, 'at most ' || l.channel_count AS expected
FROM circuit_carrier k JOIN circuit l ON l.region_id = :region_id AND l.id = k.lower_circuit_id
WHERE k.region_id = :region_id AND k.channel_no > l.channel_count
UNION ALL
SELECT 'circuit', w.circuit_id, 'path ' || w.path_no || ': ' || h.code || ' does not begin at ' || coalesce(e.code, 'a known place'), 'sections that meet'
FROM walk w
JOIN hop h ON h.circuit_id = w.circuit_id AND h.path_no = w.path_no AND h.step = w.step
LEFT JOIN equipment e ON e.region_id = :region_id AND e.id = w.came_id
WHERE w.step > 0 AND w.at_id IS NULL
UNION ALL
SELECT 'circuit', w.circuit_id, 'path ' || w.path_no || ' ends at ' || e.code, 'at ' || f.code
FROM walk w
JOIN hop h ON h.circuit_id = w.circuit_id AND h.path_no = w.path_no AND h.step = w.step AND h.step = h.steps
JOIN rim r ON r.circuit_id = w.circuit_id AND r.path_no = w.path_no
JOIN equipment e ON e.region_id = :region_id AND e.id = w.at_id
JOIN equipment f ON f.region_id = :region_id AND f.id = r.to_id
WHERE w.at_id <> r.to_id
UNION ALL
SELECT 'circuit', circuit_id, 'path ' || path_no || ': ' || channels || ' channels of ' || code, fewest || ' as elsewhere on the path'
FROM hop WHERE channels <> fewest
