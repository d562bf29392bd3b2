-- Every joint that light or current passes from several things in both directions, each once: the ways are put together from them
-- afterwards, so that wrong rings and meshes cost no more than their joints. From a joint's far end the way leads to the other side of the
-- same strand, pair or panel port (the number with its last bit turned), and at a splitter (last three bits 6 in, 7 out) to each port
-- of the other role in the same group. OFFSET 0 keeps the planner, which can't know how few the joints are, from reading them all.
WITH RECURSIVE own (start_no, end_key) AS (
  SELECT * FROM unnest(CAST(:nos AS int[]), CAST(:keys AS bigint[]))
), seed (start_no, end_key) AS NOT MATERIALIZED (
  SELECT own.start_no, own.end_key FROM own
  UNION ALL
  SELECT own.start_no, q.id * 8 + (13 - (own.end_key & 7))
  FROM own
  JOIN port p ON p.region_id = :region_id AND p.id = own.end_key >> 3 AND p.role = CASE WHEN own.end_key & 7 = 6 THEN 'split_in' ELSE 'split_out' END
  JOIN port q ON q.region_id = :region_id AND q.equipment_id = p.equipment_id AND q.split_no = p.split_no
    AND q.role = CASE WHEN own.end_key & 7 = 6 THEN 'split_out' ELSE 'split_in' END
  WHERE own.end_key & 7 >= 6
), walk (start_no, end_key, mate_key, joint_id) AS (
  SELECT seed.start_no, j.end_key, j.mate_key, j.joint_id
  FROM seed
  JOIN joint_end j ON j.region_id = :region_id AND j.end_key = seed.end_key
  UNION
  SELECT walk.start_no, j.end_key, j.mate_key, j.joint_id
  FROM walk
  CROSS JOIN LATERAL (
    SELECT walk.mate_key # 1 AS end_key WHERE walk.mate_key & 7 < 6
    UNION ALL
    SELECT q.id * 8 + (13 - (walk.mate_key & 7))
    FROM port p
    JOIN port q ON q.region_id = :region_id AND q.equipment_id = p.equipment_id AND q.split_no = p.split_no
      AND q.role = CASE WHEN walk.mate_key & 7 = 6 THEN 'split_out' ELSE 'split_in' END
    WHERE p.region_id = :region_id AND p.id = walk.mate_key >> 3 AND walk.mate_key & 7 >= 6
  ) leaving
  JOIN joint_end j ON j.region_id = :region_id AND j.end_key = leaving.end_key
)
SELECT w.start_no, w.end_key, w.mate_key, j.id, j.kind, j.loss_db, j.life, j.tray_no, j.equipment_id
FROM (SELECT * FROM walk LIMIT :most) w
CROSS JOIN LATERAL (SELECT * FROM joint WHERE region_id = :region_id AND id = w.joint_id OFFSET 0) j
