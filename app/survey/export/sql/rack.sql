SELECT [room t.room_id] AS room, t.code, t.height_u, t.power_kw FROM rack t WHERE t.region_id = :region ORDER BY t.room_id, t.code_key
