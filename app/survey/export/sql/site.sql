SELECT t.code, [structure t.structure_id] AS structure, t.name_zh FROM site t WHERE t.region_id = :region ORDER BY t.code_key
