SELECT t.code, t.name_zh, t.name_en, t.geom FROM customer_area t WHERE t.region_id = :region ORDER BY t.code_key
