-- The way up from several terminations, one row per joint: the thing on the far side with its states, length and model. Where it comes to a
-- splitter's output it ends, and goes on as a way of its own from the input of the group, `input_key`: many ways share that part, which is
-- told once. It never goes down into the outputs.
-- A way has some tens of joints, of which the planner expects hundreds: OFFSET 0 keeps it from reading all joints, strands, cables and ports for them.
WITH RECURSIVE walk (start_key, hop, at_key, joint_id, path) AS (
  SELECT end_key, 1, mate_key, joint_id, ARRAY[end_key] FROM joint_end WHERE region_id = :region_id AND end_key = ANY(:starts)
  UNION
  SELECT leaving.start_key, leaving.hop, j.mate_key, j.joint_id, leaving.path || j.end_key
  FROM walk w
  CROSS JOIN LATERAL (
    SELECT w.start_key, w.hop + 1 AS hop, w.path, w.at_key # 1 AS end_key WHERE w.at_key & 7 < 6
    UNION ALL
    SELECT q.id * 8 + 6, 1, CAST('{}' AS bigint[]), q.id * 8 + 6 FROM port p
    JOIN port q ON q.region_id = :region_id AND q.equipment_id = p.equipment_id AND q.split_no = p.split_no AND q.role = 'split_in'
    WHERE p.region_id = :region_id AND p.id = w.at_key >> 3 AND w.at_key & 7 = 7
  ) leaving
  JOIN joint_end j ON j.region_id = :region_id AND j.end_key = leaving.end_key
  WHERE w.hop < 200 AND j.end_key <> ALL (leaving.path)
)
SELECT w.start_key, w.hop, j.kind AS joint_kind, j.loss_db, w.at_key >> 3 AS id, n.id IS NOT NULL AS is_conductor,
       coalesce(b.code || '/' || s.code || ':' || n.no, e.code || '/' || p.no) AS code,
       coalesce(n.life, p.life) AS life, coalesce(n.use, p.use) AS use, coalesce(n.health, p.health) AS health,
       coalesce(p.role, s.medium) AS role, p.port_type, p.split_no, p.equipment_id, e.code AS equipment_code, m.kind AS model_kind, e.structure_id,
       n.segment_id, s.sheath_m, s.helix_ratio, sm.code AS segment_model, o.outputs, q.input_key
FROM walk w
CROSS JOIN LATERAL (SELECT j.kind, j.loss_db FROM joint j WHERE j.region_id = :region_id AND j.id = w.joint_id OFFSET 0) j
LEFT JOIN LATERAL (SELECT n.id, n.segment_id, n.no, n.life, n.use, n.health FROM conductor n
  WHERE w.at_key & 7 < 4 AND n.region_id = :region_id AND n.id = w.at_key >> 3 OFFSET 0) n ON true
LEFT JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id
LEFT JOIN LATERAL (SELECT b.code FROM cable b WHERE b.region_id = :region_id AND b.id = s.cable_id OFFSET 0) b ON true
LEFT JOIN equipment_model sm ON sm.id = s.model_id
LEFT JOIN LATERAL (SELECT p.id, p.equipment_id, p.no, p.life, p.use, p.health, p.role, p.port_type, p.split_no FROM port p
  WHERE w.at_key & 7 >= 4 AND p.region_id = :region_id AND p.id = w.at_key >> 3 OFFSET 0) p ON true
LEFT JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
LEFT JOIN equipment_model m ON m.id = e.model_id
LEFT JOIN LATERAL (SELECT count(*)::int AS outputs FROM port o WHERE o.region_id = :region_id AND o.equipment_id = p.equipment_id AND o.split_no = p.split_no AND o.role = 'split_out') o
  ON p.role = 'split_out'
LEFT JOIN LATERAL (SELECT min(x.end_key) AS input_key FROM port i JOIN joint_end x ON x.region_id = :region_id AND x.end_key = i.id * 8 + 6
  WHERE i.region_id = :region_id AND i.equipment_id = p.equipment_id AND i.split_no = p.split_no AND i.role = 'split_in') q
  ON p.role = 'split_out'
ORDER BY w.start_key, w.hop
