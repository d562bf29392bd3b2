-- The terminations at which the way from an access port to the office may begin. From a splitter's output it begins at the input of its group.
SELECT p.id AS port_id, p.id * 8 + CASE p.role WHEN 'panel' THEN 4 WHEN 'split_in' THEN 6 ELSE 5 END AS end_key
FROM port AS p
WHERE p.region_id = :region_id AND p.id = ANY(:ports) AND p.role <> 'split_out'
UNION ALL
SELECT p.id, p.id * 8 + 5 FROM port AS p WHERE p.region_id = :region_id AND p.id = ANY(:ports) AND p.role = 'panel'
UNION ALL
SELECT p.id, q.id * 8 + 6
FROM port AS p
JOIN port AS q ON q.region_id = :region_id AND q.equipment_id = p.equipment_id AND q.split_no = p.split_no AND q.role = 'split_in'
WHERE p.region_id = :region_id AND p.id = ANY(:ports) AND p.role = 'split_out'
ORDER BY port_id, end_key
