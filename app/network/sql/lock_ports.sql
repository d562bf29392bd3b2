SELECT p.id, CASE p.role WHEN 'plain' THEN 'port' WHEN 'panel' THEN 'terminal' WHEN 'split_out' THEN 'splitter_output' END AS kind, p.equipment_id AS owner_id,
       CASE p.role WHEN 'plain' THEN p.port_type WHEN 'panel' THEN m.kind ELSE '' END AS technology, p.role, e.code || '/' || p.no AS code, p.life, p.use, p.health
FROM port p
JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
JOIN equipment_model m ON m.id = e.model_id
WHERE p.region_id = :region_id AND p.id = ANY(:ids)
ORDER BY p.id
FOR NO KEY UPDATE OF p
