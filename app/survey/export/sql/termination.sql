SELECT [equipment j.equipment_id] AS panel, array_agg(p.no ORDER BY c.no) AS ports, [segment c.segment_id] AS segment, array_agg(c.no ORDER BY c.no) AS strands, CASE a.face WHEN 0 THEN 'A' ELSE 'Z' END AS "end"
FROM joint j JOIN joint_end a ON a.region_id = :region AND a.joint_id = j.id AND a.conductor_id IS NOT NULL JOIN joint_end z ON z.region_id = :region AND z.joint_id = j.id AND z.port_id IS NOT NULL
JOIN conductor c ON c.region_id = :region AND c.id = a.conductor_id JOIN port p ON p.region_id = :region AND p.id = z.port_id AND p.equipment_id = j.equipment_id
WHERE j.region_id = :region AND j.kind = 'termination' GROUP BY j.equipment_id, c.segment_id, a.face ORDER BY j.equipment_id, c.segment_id
