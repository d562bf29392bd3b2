SELECT t.code, t.name_zh, t.rate FROM ring t WHERE t.region_id = :region ORDER BY t.code_key
