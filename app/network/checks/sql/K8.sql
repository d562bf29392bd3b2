-- A splitter has one input or two; what follows from output to input multiplies. Walks go up from the inputs, which are fewer.
WITH RECURSIVE splitter AS (
  SELECT equipment_id, split_no, count(*) FILTER (WHERE role = 'split_in') AS inputs, count(*) FILTER (WHERE role = 'split_out') AS outputs
  FROM port WHERE region_id = :region_id AND split_no IS NOT NULL AND life <> 'retired' GROUP BY 1, 2
),
walk (equipment_id, split_no, at_key, hop) AS (
  SELECT p.equipment_id, p.split_no, n.mate_key, 1
  FROM port p JOIN joint_end n ON n.region_id = :region_id AND n.end_key = p.id * 8 + 6
  WHERE p.region_id = :region_id AND p.role = 'split_in' AND p.life <> 'retired'
  UNION ALL
  SELECT w.equipment_id, w.split_no, n.mate_key, w.hop + 1
  FROM walk w JOIN joint_end n ON n.region_id = :region_id AND n.end_key = w.at_key # 1
  WHERE w.at_key & 7 < 6 AND w.hop < 200
),
above AS (
  SELECT DISTINCT w.equipment_id, w.split_no, q.equipment_id AS above_id, q.split_no AS above_no
  FROM walk w JOIN port q ON q.region_id = :region_id AND q.id = w.at_key >> 3
  WHERE w.at_key & 7 = 7
),
cascade (equipment_id, split_no, split, depth) AS (
  SELECT s.equipment_id, s.split_no, s.outputs, 1 FROM splitter s
  WHERE NOT EXISTS (SELECT FROM above a WHERE a.equipment_id = s.equipment_id AND a.split_no = s.split_no)
  UNION ALL
  SELECT s.equipment_id, s.split_no, c.split * s.outputs, c.depth + 1
  FROM cascade c JOIN above a ON a.above_id = c.equipment_id AND a.above_no = c.split_no
  JOIN splitter s ON s.equipment_id = a.equipment_id AND s.split_no = a.split_no
  WHERE c.depth < 10
)
SELECT 'equipment' AS kind, equipment_id AS id, inputs || ' inputs, ' || outputs || ' outputs' AS found, 'one input or two, and outputs' AS expected
FROM splitter WHERE inputs NOT IN (1, 2) OR outputs = 0
UNION ALL
SELECT 'equipment', equipment_id, 'splits 1:' || max(split) || ' over ' || max(depth) || ' levels', 'at most 1:' || CAST(:pon_split AS bigint)
FROM cascade GROUP BY equipment_id HAVING max(split) > :pon_split
