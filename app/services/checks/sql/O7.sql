-- Each carrier is joined to the one before it, in a tree to any before it: by a joint, through a splitter, inside an element that cross-connects,
-- or because a lower circuit ends there. Sections that follow each other are K14's matter.
WITH link AS MATERIALIZED (
  SELECT k.circuit_id, k.path_no, k.seq, k.conductor_id, k.port_id, k.lower_circuit_id, p.equipment_id, p.role, p.split_no,
         lag(k.seq) OVER w AS before_seq, lag(k.lower_circuit_id) OVER w AS before_lower, lag(p.equipment_id) OVER w AS before_equipment, lag(p.role) OVER w AS before_role, lag(p.split_no) OVER w AS before_split
  FROM circuit_carrier k LEFT JOIN port p ON p.region_id = :region_id AND p.id = k.port_id
  WHERE k.region_id = :region_id
  WINDOW w AS (PARTITION BY k.circuit_id, k.path_no ORDER BY k.seq)
),
mate AS MATERIALIZED (
  SELECT l.circuit_id, l.path_no, l.seq, n.mate_key
  FROM link l
  CROSS JOIN LATERAL (SELECT l.conductor_id * 8 + f FROM generate_series(0, 1) f WHERE l.conductor_id IS NOT NULL
                      UNION ALL SELECT l.port_id * 8 + f FROM generate_series(4, 7) f WHERE l.port_id IS NOT NULL) AS x (end_key)
  JOIN joint_end n ON n.region_id = :region_id AND n.end_key = x.end_key
),
joined AS MATERIALIZED (
  SELECT l.circuit_id, l.path_no, l.seq, m.seq AS other_seq
  FROM mate l JOIN link m ON m.conductor_id = l.mate_key >> 3
  WHERE l.mate_key & 7 < 2 AND m.circuit_id = l.circuit_id AND m.path_no = l.path_no AND m.seq < l.seq
  UNION ALL
  SELECT l.circuit_id, l.path_no, l.seq, m.seq
  FROM mate l JOIN link m ON m.port_id = l.mate_key >> 3
  WHERE l.mate_key & 7 > 3 AND m.circuit_id = l.circuit_id AND m.path_no = l.path_no AND m.seq < l.seq
  UNION ALL
  SELECT l.circuit_id, l.path_no, l.seq, m.seq
  FROM link l JOIN link m ON m.circuit_id = l.circuit_id AND m.path_no = l.path_no AND m.equipment_id = l.equipment_id AND m.seq < l.seq
   AND (l.split_no IS NOT NULL AND m.split_no = l.split_no AND m.role <> l.role OR l.role = 'plain' AND m.role = 'plain')
),
broken AS (
  SELECT l.* FROM link l JOIN circuit c ON c.region_id = :region_id AND c.id = l.circuit_id AND c.life IN ('in_service', 'pending_removal')
  WHERE l.before_seq IS NOT NULL
    AND NOT (l.lower_circuit_id IS NOT NULL AND l.before_lower IS NOT NULL)
    AND NOT EXISTS (SELECT FROM joined j WHERE j.circuit_id = l.circuit_id AND j.path_no = l.path_no AND j.seq = l.seq
                    AND (c.topology = 'tree' OR j.other_seq = l.before_seq))
    AND NOT EXISTS (
      SELECT FROM circuit w
      LEFT JOIN port a ON a.region_id = :region_id AND a.id = w.a_port_id LEFT JOIN port z ON z.region_id = :region_id AND z.id = w.z_port_id
      WHERE w.region_id = :region_id AND w.id = coalesce(l.lower_circuit_id, l.before_lower)
        AND CASE WHEN l.lower_circuit_id IS NULL THEN l.equipment_id ELSE l.before_equipment END IN (a.equipment_id, z.equipment_id))
    AND NOT EXISTS (
      SELECT FROM port i JOIN circuit_carrier m ON m.region_id = :region_id AND m.port_id = i.id
      WHERE l.role = 'split_out' AND i.region_id = :region_id AND i.equipment_id = l.equipment_id AND i.split_no = l.split_no AND i.role = 'split_in'
        AND m.circuit_id = l.before_lower)
    AND NOT EXISTS (
      SELECT FROM port i JOIN circuit_carrier m ON m.region_id = :region_id AND m.port_id = i.id
      WHERE l.before_role = 'split_out' AND i.region_id = :region_id AND i.equipment_id = l.before_equipment AND i.split_no = l.before_split AND i.role = 'split_in'
        AND m.circuit_id = l.lower_circuit_id)
),
first_break AS (
  SELECT DISTINCT ON (b.circuit_id) b.* FROM broken b ORDER BY b.circuit_id, b.path_no, b.seq
)
SELECT 'circuit' AS kind, f.circuit_id AS id,
       'path ' || f.path_no || ': gap before ' || coalesce(e.code || '/' || p.no, y.code || '/' || s.code || ':' || n.no, w.code) AS found, 'carriers joined to each other' AS expected
FROM first_break f
LEFT JOIN port p ON p.region_id = :region_id AND p.id = f.port_id LEFT JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
LEFT JOIN conductor n ON n.region_id = :region_id AND n.id = f.conductor_id
LEFT JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id LEFT JOIN cable y ON y.region_id = :region_id AND y.id = s.cable_id
LEFT JOIN circuit w ON w.region_id = :region_id AND w.id = f.lower_circuit_id
UNION ALL
SELECT 'circuit', c.id, 'carried by nothing', 'its carriers'
FROM circuit c
WHERE c.region_id = :region_id AND c.life IN ('in_service', 'pending_removal') AND c.kind <> 'pon_tree'
  AND NOT EXISTS (SELECT FROM circuit_carrier k WHERE k.region_id = :region_id AND k.circuit_id = c.id)
UNION ALL
SELECT 'service', s.id, 'live without circuit', 'the circuit that it uses'
FROM service s
WHERE s.region_id = :region_id AND s.state IN ('active', 'suspended')
  AND NOT EXISTS (SELECT FROM service_resource h WHERE h.region_id = :region_id AND h.service_id = s.id AND h.ended_on IS NULL AND h.circuit_id IS NOT NULL)
