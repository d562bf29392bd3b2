SELECT [building t.building_id] AS building, t.code, t.name_zh, t.household_count FROM address t WHERE t.region_id = :region ORDER BY t.building_id, t.code_key
