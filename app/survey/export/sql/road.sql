SELECT t.code, t.name_zh, t.source, t.geom FROM road t WHERE t.region_id = :region ORDER BY t.code_key
