SELECT t.code, t.name_zh, t.kind, [grid g.grid_id] AS grid
FROM maintenance_unit t JOIN grid_maintenance_unit g ON g.region_id = :region AND g.unit_id = t.id WHERE t.region_id = :region ORDER BY t.code_key, g.grid_id
