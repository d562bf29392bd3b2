-- Pairs that come from the office end at the cabinet with their Z end, those that go on begin there. From each distribution point one pair is followed
-- back to its cabinet. A single full box is nothing unusual; most of them full while the feeder lies idle is a badly cut area.
WITH RECURSIVE side AS (
  SELECT p.equipment_id, count(*) FILTER (WHERE k.mate_key & 1 = 1) AS feeder, count(*) FILTER (WHERE k.mate_key & 1 = 1 AND p.use = 'idle') AS feeder_idle,
         count(*) FILTER (WHERE k.mate_key & 1 = 0) AS spread, count(*) FILTER (WHERE k.mate_key & 1 = 0 AND p.use = 'idle') AS spread_idle
  FROM port p
  JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
  JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'copper_cabinet'
  JOIN joint_end k ON k.region_id = :region_id AND k.end_key = p.id * 8 + 4 AND k.mate_key & 7 < 2
  WHERE p.region_id = :region_id
  GROUP BY 1
),
box AS (
  SELECT p.equipment_id, min(k.mate_key) AS key, bool_and(p.use <> 'idle') AS is_full
  FROM port p
  JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id AND e.life = 'in_service'
  JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'dp'
  JOIN joint_end k ON k.region_id = :region_id AND k.end_key = p.id * 8 + 4 AND k.mate_key & 7 < 2
  WHERE p.region_id = :region_id
  GROUP BY 1
),
walk (box_id, is_full, at_key, hop) AS (
  SELECT equipment_id, is_full, key, 1 FROM box
  UNION ALL
  SELECT w.box_id, w.is_full, n.mate_key, w.hop + 1
  FROM walk w JOIN joint_end n ON n.region_id = :region_id AND n.end_key = w.at_key # 1
  WHERE w.at_key & 7 < 2 AND w.hop < 50
),
boxes AS (
  SELECT q.equipment_id, count(*) AS n, count(*) FILTER (WHERE w.is_full) AS full_ones
  FROM walk w JOIN port q ON q.region_id = :region_id AND q.id = w.at_key >> 3
  WHERE w.at_key & 7 = 4
  GROUP BY 1
)
SELECT 'equipment' AS kind, s.equipment_id AS id, b.full_ones || ' of ' || b.n || ' distribution points full, ' || s.feeder_idle || ' of ' || s.feeder || ' feeder pairs idle' AS found,
       'room on both sides' AS expected
FROM side s JOIN boxes b ON b.equipment_id = s.equipment_id
WHERE s.feeder >= :least_pairs AND b.full_ones > b.n * :full_boxes AND s.feeder_idle >= s.feeder * :free_feeder
UNION ALL
SELECT 'equipment', equipment_id, 'feeder full, ' || spread_idle || ' of ' || spread || ' distribution pairs idle', 'room on both sides'
FROM side WHERE feeder >= :least_pairs AND spread >= :least_pairs AND feeder_idle = 0 AND spread_idle >= spread * :free_feeder
