-- Sites with batteries: the charge of all strings, and the load as the rectifiers showed it last.
SELECT i.id, i.code, i.code_key AS site_key, sum(r.capacity_ah) AS capacity_ah,
       (SELECT sum(l.value) FROM equipment q
        JOIN equipment_model n ON n.id = q.model_id AND n.kind = 'rectifier'
        CROSS JOIN LATERAL (SELECT p.value FROM power_reading p WHERE p.region_id = :region_id AND p.equipment_id = q.id AND p.metric = 'load_a'
                            ORDER BY p.read_on DESC LIMIT 1) l
        WHERE q.region_id = :region_id AND q.structure_id = i.structure_id AND q.life IN ('built', 'in_service', 'pending_removal')) AS load_a
FROM site i
JOIN equipment e ON e.region_id = :region_id AND e.structure_id = i.structure_id AND e.life IN ('built', 'in_service', 'pending_removal')
JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'battery'
JOIN power_rating r ON r.region_id = :region_id AND r.equipment_id = e.id
WHERE i.region_id = :region_id
GROUP BY i.id, i.code, i.code_key, i.structure_id
ORDER BY i.code
