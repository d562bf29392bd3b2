-- Both ends are strands; runs of numbers that go up together are one row.
WITH pair AS (
  SELECT j.id, j.equipment_id, j.tray_no, j.kind, j.loss_db, a.face AS a_face, z.face AS z_face, f.segment_id AS from_id, g.segment_id AS to_id, f.no AS from_no, g.no AS to_no
  FROM joint j JOIN joint_end a ON a.region_id = :region AND a.joint_id = j.id AND a.end_key < a.mate_key JOIN joint_end z ON z.region_id = :region AND z.joint_id = j.id AND z.end_key > z.mate_key
  JOIN conductor f ON f.region_id = :region AND f.id = a.conductor_id JOIN conductor g ON g.region_id = :region AND g.id = z.conductor_id
  WHERE j.region_id = :region AND j.kind IN ('splice', 'through'))
SELECT [segment from_id] AS from_segment, array_agg(from_no ORDER BY from_no) AS from_strands, [segment to_id] AS to_segment, array_agg(to_no ORDER BY from_no) AS to_strands, [equipment equipment_id] AS closure,
       tray_no AS tray, kind, loss_db, CASE a_face WHEN 0 THEN 'A' ELSE 'Z' END AS from_end, CASE z_face WHEN 0 THEN 'A' ELSE 'Z' END AS to_end
FROM pair GROUP BY from_id, to_id, equipment_id, tray_no, kind, loss_db, a_face, z_face ORDER BY equipment_id, from_id, to_id, min(from_no)
