SELECT [equipment t.equipment_id] AS equipment, array_agg(t.no ORDER BY length(t.no), t.no) AS ports, t.use, t.health, t.life
FROM port t WHERE t.region_id = :region GROUP BY t.equipment_id, t.use, t.health, t.life ORDER BY t.equipment_id, min(t.id)
