SELECT [equipment t.equipment_id] AS equipment, t.voltage_v, t.rated_a, t.rated_kw, t.rated_kva, t.capacity_ah, t.cell_count, t.module_count, t.module_a, t.feed_class, t.earth_ohm
FROM power_rating t WHERE t.region_id = :region ORDER BY t.equipment_id
