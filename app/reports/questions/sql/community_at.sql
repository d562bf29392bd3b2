SELECT id, code, name_zh, name_en FROM grid
WHERE region_id = :region_id AND level = 3 AND ST_Covers(geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4490)) ORDER BY code LIMIT 1
