SELECT [equipment p.equipment_id] AS equipment, array_agg(p.no ORDER BY length(p.no), p.no) AS ports, t.oper_state, t.seen_at, t.source
FROM port_observation t JOIN port p ON p.region_id = :region AND p.id = t.port_id WHERE t.region_id = :region GROUP BY p.equipment_id, t.oper_state, t.seen_at, t.source ORDER BY p.equipment_id, t.seen_at, min(p.id)
