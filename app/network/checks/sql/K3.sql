-- One line per segment, end and equipment: a cable that is joined in the wrong place is wrong with all its strands.
WITH ends AS (
  SELECT c.segment_id, e.face, j.equipment_id, count(*) AS strands
  FROM joint_end e
  JOIN joint j ON j.region_id = :region_id AND j.id = e.joint_id AND j.life <> 'retired'
  JOIN conductor c ON c.region_id = :region_id AND c.id = e.conductor_id
  WHERE e.region_id = :region_id
  GROUP BY 1, 2, 3
)
SELECT 'segment' AS kind, s.id, n.strands || ' joined in ' || coalesce(q.code || ' at ' || there.code, 'no equipment') AS found,
       'at ' || here.code || ', its ' || CASE n.face WHEN 0 THEN 'A' ELSE 'Z' END || ' end' AS expected
FROM ends n
JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id
JOIN structure here ON here.region_id = :region_id AND here.id = CASE n.face WHEN 0 THEN s.a_structure_id ELSE s.z_structure_id END
LEFT JOIN equipment q ON q.region_id = :region_id AND q.id = n.equipment_id
LEFT JOIN structure there ON there.region_id = :region_id AND there.id = q.structure_id
WHERE there.id IS DISTINCT FROM here.id
