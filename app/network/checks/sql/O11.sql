SELECT 'port' AS kind, p.id, 'jumper to ' || f.code || '/' || q.no || ', which is ' || CASE q.life WHEN 'retired' THEN 'retired' ELSE q.use END AS found, 'no jumper, or a port in use' AS expected
FROM port p
JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'mdf'
JOIN joint_end n ON n.region_id = :region_id AND n.end_key = p.id * 8 + 5
JOIN joint j ON j.region_id = :region_id AND j.id = n.joint_id AND j.kind = 'jumper' AND j.life <> 'retired'
JOIN port q ON q.region_id = :region_id AND q.id = n.mate_key >> 3
JOIN equipment f ON f.region_id = :region_id AND f.id = q.equipment_id
WHERE p.region_id = :region_id AND p.role = 'panel' AND n.mate_key & 7 > 3 AND (q.use IN ('idle', 'releasing') OR q.life = 'retired')
