SELECT CASE t.level WHEN 1 THEN 'county' WHEN 2 THEN 'town' ELSE 'community' END AS level, t.code, t.name_zh, t.name_en, [grid t.parent_id] AS parent, t.geom
FROM grid t WHERE t.region_id = :region ORDER BY t.level, t.code_key
