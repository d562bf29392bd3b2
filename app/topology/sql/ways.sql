-- The ways out of several terminations at once, each hop told in full: the joint, and the thing on its far side. The walk is that of trace.sql;
-- the path puts each branch behind its splitter.
WITH RECURSIVE walk (start_key, hop, from_key, at_key, path) AS (
  SELECT end_key, 1, end_key, mate_key, ARRAY[end_key] FROM joint_end WHERE region_id = :region_id AND end_key = ANY(:starts)
  UNION ALL
  SELECT walk.start_key, walk.hop + 1, j.end_key, j.mate_key, walk.path || j.end_key
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
), told AS (
  SELECT w.*, count(*) OVER (PARTITION BY w.start_key) AS total, row_number() OVER (PARTITION BY w.start_key ORDER BY w.path) AS place FROM walk w
), w AS MATERIALIZED (
  SELECT t.*, t.at_key AS mate_key FROM told t WHERE t.place <= :limit
)
SELECT w.start_key, w.hop, w.from_key, w.at_key, w.total,
       j.id AS joint_id, j.kind AS joint_kind, j.loss_db, j.tray_no, je.id AS joint_equipment_id, je.code AS joint_equipment_code,
       CASE WHEN w.mate_key IS NULL THEN NULL WHEN w.mate_key & 7 < 4 THEN 'conductor' ELSE 'port' END AS thing_kind, w.mate_key >> 3 AS thing_id,
       coalesce(mc.code || '/' || mg.code || ':' || mn.no, me.code || '/' || mp.no) AS thing_code,
       mm.kind AS model_kind, mg.medium, mg.sheath_m, mg.id AS segment_id, me.id AS equipment_id, mp.role
FROM w
JOIN joint_end AS h ON h.region_id = :region_id AND h.end_key = w.from_key
JOIN joint AS j ON j.region_id = :region_id AND j.id = h.joint_id
LEFT JOIN equipment AS je ON je.region_id = :region_id AND je.id = j.equipment_id
LEFT JOIN conductor AS mn ON mn.region_id = :region_id AND mn.id = CASE WHEN w.mate_key & 7 < 4 THEN w.mate_key >> 3 END
LEFT JOIN cable_segment AS mg ON mg.region_id = :region_id AND mg.id = mn.segment_id
LEFT JOIN cable AS mc ON mc.region_id = :region_id AND mc.id = mg.cable_id
LEFT JOIN port AS mp ON mp.region_id = :region_id AND mp.id = CASE WHEN w.mate_key & 7 >= 4 THEN w.mate_key >> 3 END
LEFT JOIN equipment AS me ON me.region_id = :region_id AND me.id = mp.equipment_id
LEFT JOIN equipment_model AS mm ON mm.id = me.model_id
ORDER BY w.start_key, w.place
