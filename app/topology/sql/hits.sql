-- The paths of circuits that failed strands, pairs, ports and equipment carry. What lies behind the first splitter of a PON tree carries
-- a part of its lines alone: the way is followed away from the head, and each line hit whose output of a splitter is reached; a line of which
-- no output is known is hit with any part of its tree. At the first splitter and before it the tree is hit as a whole.
bad_port AS (
  SELECT p.id, p.equipment_id FROM port p WHERE p.region_id = :region_id AND p.id = ANY(CAST(:ports AS bigint[]))
  UNION
  SELECT p.id, p.equipment_id FROM port p WHERE p.region_id = :region_id AND p.equipment_id = ANY(CAST(:equipment AS bigint[]))
), carried AS MATERIALIZED (
  SELECT c.circuit_id, c.path_no, c.seq, c.conductor_id, NULL::bigint AS port_id, NULL::bigint AS equipment_id
  FROM unnest(CAST(:conductors AS bigint[])) AS w (id)
  CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND conductor_id = w.id OFFSET 0) c
  UNION ALL
  SELECT c.circuit_id, c.path_no, c.seq, NULL, b.id, b.equipment_id
  FROM bad_port b CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND port_id = b.id OFFSET 0) c
), tree AS MATERIALIZED (
  SELECT d.circuit_id, f.path_no, f.seq FROM (SELECT DISTINCT circuit_id FROM carried) d
  CROSS JOIN LATERAL (SELECT id FROM circuit WHERE region_id = :region_id AND id = d.circuit_id AND topology = 'tree' OFFSET 0) x
  CROSS JOIN LATERAL (
    SELECT c.path_no, c.seq FROM circuit_carrier c
    CROSS JOIN LATERAL (SELECT id FROM port WHERE region_id = :region_id AND id = c.port_id AND role = 'split_in' OFFSET 0) p
    WHERE c.region_id = :region_id AND c.circuit_id = x.id AND c.port_id IS NOT NULL ORDER BY c.path_no, c.seq LIMIT 1
  ) f
), part AS MATERIALIZED (
  SELECT c.circuit_id, c.path_no, c.seq, c.conductor_id, c.port_id, c.equipment_id FROM tree t
  JOIN carried c ON c.circuit_id = t.circuit_id AND c.path_no = t.path_no AND c.seq > t.seq
), behind (circuit_id, seq, leave_key) AS (
  SELECT p.circuit_id, p.seq, p.conductor_id * 8 + side FROM part p CROSS JOIN generate_series(0, 1) AS side WHERE p.conductor_id IS NOT NULL
  UNION
  SELECT p.circuit_id, p.seq, coalesce(o.id, t.id) * 8 + CASE t.role WHEN 'panel' THEN 4 + side ELSE 7 END
  FROM part p
  CROSS JOIN LATERAL (SELECT * FROM port WHERE region_id = :region_id AND id = p.port_id AND role <> 'plain' OFFSET 0) t
  CROSS JOIN generate_series(0, 1) AS side
  LEFT JOIN LATERAL (
    SELECT id FROM port
    WHERE t.role = 'split_in' AND region_id = :region_id AND equipment_id = t.equipment_id AND split_no = t.split_no AND role = 'split_out' OFFSET 0
  ) o ON true
  UNION
  SELECT b.circuit_id, b.seq, onward.end_key
  FROM behind b
  CROSS JOIN LATERAL (SELECT mate_key FROM joint_end WHERE region_id = :region_id AND end_key = b.leave_key OFFSET 0) j
  CROSS JOIN LATERAL (
    SELECT j.mate_key # 1 AS end_key WHERE j.mate_key & 7 < 6
    UNION ALL
    SELECT o.id * 8 + 7 FROM (SELECT * FROM port WHERE region_id = :region_id AND id = j.mate_key >> 3 AND j.mate_key & 7 = 6 OFFSET 0) i
    CROSS JOIN LATERAL (
      SELECT id FROM port WHERE region_id = :region_id AND equipment_id = i.equipment_id AND split_no = i.split_no AND role = 'split_out' OFFSET 0
    ) o
  ) onward
), hit AS MATERIALIZED (
  SELECT c.circuit_id, c.path_no, c.conductor_id, c.port_id, c.equipment_id FROM carried c
  WHERE NOT EXISTS (SELECT FROM part p WHERE p.circuit_id = c.circuit_id AND p.path_no = c.path_no AND p.seq = c.seq)
  UNION ALL
  SELECT l.circuit_id, l.path_no, p.conductor_id, p.port_id, p.equipment_id
  FROM behind b
  JOIN part p ON p.circuit_id = b.circuit_id AND p.seq = b.seq
  CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND port_id = b.leave_key >> 3 AND b.leave_key & 7 = 7 OFFSET 0) l
  WHERE l.circuit_id <> b.circuit_id
  UNION ALL
  SELECT l.circuit_id, l.path_no, p.conductor_id, p.port_id, p.equipment_id
  FROM part p
  CROSS JOIN LATERAL (SELECT * FROM circuit_carrier WHERE region_id = :region_id AND lower_circuit_id = p.circuit_id OFFSET 0) l
  WHERE NOT EXISTS (
    SELECT FROM circuit_carrier c
    CROSS JOIN LATERAL (SELECT id FROM port WHERE region_id = :region_id AND id = c.port_id AND role = 'split_out' OFFSET 0) o
    WHERE c.region_id = :region_id AND c.circuit_id = l.circuit_id)
)
