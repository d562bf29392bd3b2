-- The battery strings of some structures: their charge, the load as the rectifiers there showed it last (else what each string showed), and the site.
SELECT e.id, e.structure_id, r.capacity_ah, own.value AS own_a,
       (SELECT i.code_key FROM site i WHERE i.region_id = :region_id AND i.structure_id = e.structure_id ORDER BY i.id LIMIT 1) AS site,
       (SELECT sum(l.value) FROM equipment q
        JOIN equipment_model n ON n.id = q.model_id AND n.kind = 'rectifier'
        CROSS JOIN LATERAL (SELECT p.value FROM power_reading p WHERE p.region_id = :region_id AND p.equipment_id = q.id AND p.metric = 'load_a'
                            ORDER BY p.read_on DESC LIMIT 1) l
        WHERE q.region_id = :region_id AND q.structure_id = e.structure_id) AS load_a
FROM equipment e
JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'battery'
LEFT JOIN power_rating r ON r.region_id = :region_id AND r.equipment_id = e.id
LEFT JOIN LATERAL (SELECT p.value FROM power_reading p WHERE p.region_id = :region_id AND p.equipment_id = e.id AND p.metric = 'load_a'
                   ORDER BY p.read_on DESC LIMIT 1) own ON true
WHERE e.region_id = :region_id AND e.structure_id = ANY(:structures) AND e.life IN ('built', 'in_service', 'pending_removal')
