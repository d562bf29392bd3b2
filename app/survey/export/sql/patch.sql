SELECT [equipment p.equipment_id] AS from_equipment, array_agg(p.no ORDER BY length(p.no), p.no) AS from_ports, [equipment q.equipment_id] AS to_equipment, array_agg(q.no ORDER BY length(p.no), p.no) AS to_ports, j.kind
FROM joint j JOIN joint_end a ON a.region_id = :region AND a.joint_id = j.id JOIN joint_end z ON z.region_id = :region AND z.joint_id = j.id AND z.end_key = a.mate_key
JOIN port p ON p.region_id = :region AND p.id = a.port_id JOIN port q ON q.region_id = :region AND q.id = z.port_id
WHERE j.region_id = :region AND j.kind IN ('patch', 'jumper') AND CASE WHEN (p.equipment_id = j.equipment_id) = (q.equipment_id = j.equipment_id) THEN p.id < q.id ELSE p.equipment_id = j.equipment_id END
GROUP BY p.equipment_id, q.equipment_id, j.kind ORDER BY p.equipment_id, q.equipment_id
