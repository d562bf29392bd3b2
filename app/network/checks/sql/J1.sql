SELECT 'port' AS kind, p.id, CASE e.face WHEN 0 THEN 'back' WHEN 1 THEN 'front' WHEN 2 THEN 'splitter input' ELSE 'splitter output' END || ' in a ' || j.kind AS found,
       CASE p.role WHEN 'plain' THEN 'front' WHEN 'panel' THEN CASE j.kind WHEN 'termination' THEN 'back' ELSE 'front, or back in a termination' END
                   WHEN 'split_in' THEN 'splitter input' ELSE 'splitter output' END AS expected
FROM joint_end e
JOIN joint j ON j.region_id = :region_id AND j.id = e.joint_id
JOIN port p ON p.region_id = :region_id AND p.id = e.port_id
WHERE e.region_id = :region_id
  AND NOT CASE p.role WHEN 'plain' THEN e.face = 1 WHEN 'panel' THEN (e.face = 0 AND j.kind = 'termination') OR (e.face = 1 AND j.kind <> 'termination')
                      WHEN 'split_in' THEN e.face = 2 ELSE e.face = 3 END
