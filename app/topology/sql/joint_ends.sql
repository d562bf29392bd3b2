-- The two things that a joint joins.
SELECT j.mate_key AS key, 2 AS total, CASE WHEN j.mate_key IS NULL THEN NULL WHEN j.mate_key & 7 < 4 THEN 'conductor' ELSE 'port' END AS kind, j.mate_key >> 3 AS id,
       coalesce(mc.code || '/' || mg.code || ':' || mn.no, me.code || '/' || mp.no) AS code, j.mate_key & 1 AS face
FROM joint_end AS j
LEFT JOIN conductor AS mn ON mn.region_id = :region_id AND mn.id = CASE WHEN j.mate_key & 7 < 4 THEN j.mate_key >> 3 END
LEFT JOIN cable_segment AS mg ON mg.region_id = :region_id AND mg.id = mn.segment_id
LEFT JOIN cable AS mc ON mc.region_id = :region_id AND mc.id = mg.cable_id
LEFT JOIN port AS mp ON mp.region_id = :region_id AND mp.id = CASE WHEN j.mate_key & 7 >= 4 THEN j.mate_key >> 3 END
LEFT JOIN equipment AS me ON me.region_id = :region_id AND me.id = mp.equipment_id
WHERE j.region_id = :region_id AND j.joint_id = :id AND j.mate_key > :after
ORDER BY j.mate_key
LIMIT :limit
