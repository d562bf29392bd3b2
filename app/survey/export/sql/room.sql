SELECT [site t.site_id] AS site, t.code, t.name_zh, t.area_m2 FROM room t WHERE t.region_id = :region ORDER BY t.site_id, t.code_key
