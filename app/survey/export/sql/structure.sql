SELECT t.code, t.kind, t.name_zh, [grid t.grid_id] AS community, t.life, t.health, t.built_on, t.accuracy_m, [maintenance_unit t.maintenance_unit_id] AS maintainer, t.geom
FROM structure t WHERE t.region_id = :region ORDER BY t.code_key
