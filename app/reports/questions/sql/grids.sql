SELECT id, parent_id, level, code, name_zh, name_en FROM grid WHERE region_id = :region_id ORDER BY level, code
