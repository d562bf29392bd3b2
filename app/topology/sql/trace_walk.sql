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
  CROSS JOIN LATERAL (
    SELECT * FROM port WHERE region_id = :region_id AND id = own.end_key >> 3 AND own.end_key & 7 >= 6
      AND role = CASE WHEN own.end_key & 7 = 6 THEN 'split_in' ELSE 'split_out' END OFFSET 0
  ) p
  CROSS JOIN LATERAL (
    SELECT id FROM port WHERE region_id = :region_id AND equipment_id = p.equipment_id AND split_no = p.split_no
      AND role = CASE WHEN own.end_key & 7 = 6 THEN 'split_out' ELSE 'split_in' END OFFSET 0
  ) q
), walk (start_no, end_key, mate_key, joint_id) AS (
  SELECT seed.start_no, j.end_key, j.mate_key, j.joint_id
  FROM seed
  CROSS JOIN LATERAL (SELECT * FROM joint_end WHERE region_id = :region_id AND end_key = seed.end_key OFFSET 0) j
  UNION
  SELECT walk.start_no, j.end_key, j.mate_key, j.joint_id
  FROM walk
  CROSS JOIN LATERAL (
    SELECT walk.mate_key # 1 AS end_key WHERE walk.mate_key & 7 < 6
    UNION ALL
    SELECT q.id * 8 + (13 - (walk.mate_key & 7))
    FROM (SELECT * FROM port WHERE region_id = :region_id AND id = walk.mate_key >> 3 AND walk.mate_key & 7 >= 6 OFFSET 0) p
    CROSS JOIN LATERAL (
      SELECT id FROM port WHERE region_id = :region_id AND equipment_id = p.equipment_id AND split_no = p.split_no
        AND role = CASE WHEN walk.mate_key & 7 = 6 THEN 'split_out' ELSE 'split_in' END OFFSET 0
    ) q
  ) leaving
  CROSS JOIN LATERAL (SELECT * FROM joint_end WHERE region_id = :region_id AND end_key = leaving.end_key OFFSET 0) j
)
SELECT w.start_no, w.end_key, w.mate_key, j.id, j.kind, j.loss_db, j.life, j.tray_no, j.equipment_id
FROM (SELECT * FROM walk LIMIT :most) w
CROSS JOIN LATERAL (SELECT * FROM joint WHERE region_id = :region_id AND id = w.joint_id OFFSET 0) j
