-- Every joint that light or current passes on its way out of one termination, in one walk. From each joint's far end the way leads
-- to the other side of the same strand, pair or panel port (the number with its last bit turned), and at a splitter (last three bits
-- 6 in, 7 out) to each port of the other role in the same group. The path keeps a wrong ring from being walked for ever.
WITH RECURSIVE walk (hop, from_key, at_key, path) AS (
  SELECT 1, end_key, mate_key, ARRAY[end_key] FROM joint_end WHERE region_id = :region_id AND end_key = :end_key
  UNION ALL
  SELECT walk.hop + 1, j.end_key, j.mate_key, walk.path || j.end_key
  FROM walk
  CROSS JOIN LATERAL (
    SELECT walk.at_key # 1 AS end_key WHERE walk.at_key & 7 < 6
    UNION ALL
    SELECT q.id * 8 + (13 - (walk.at_key & 7))
    FROM port p
    JOIN port q ON q.region_id = :region_id AND q.equipment_id = p.equipment_id AND q.split_no = p.split_no
      AND q.role = CASE WHEN walk.at_key & 7 = 6 THEN 'split_out' ELSE 'split_in' END
    WHERE p.region_id = :region_id AND p.id = walk.at_key >> 3 AND walk.at_key & 7 >= 6
  ) leaving
  JOIN joint_end j ON j.region_id = :region_id AND j.end_key = leaving.end_key
  WHERE walk.hop < :longest AND j.end_key <> ALL (walk.path)
)
SELECT hop, from_key, at_key FROM walk ORDER BY hop, from_key
