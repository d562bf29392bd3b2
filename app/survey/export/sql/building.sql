SELECT t.code, t.name_zh, t.floor_count, [grid t.grid_id] AS community, t.geom FROM building t WHERE t.region_id = :region ORDER BY t.code_key
