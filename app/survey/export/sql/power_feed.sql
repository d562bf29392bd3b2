SELECT [equipment t.source_equipment_id] AS source, t.outlet_no, [equipment t.load_equipment_id] AS load_equipment, [rack t.load_rack_id] AS load_rack, t.side, t.breaker_a, t.load_a
FROM power_feed t WHERE t.region_id = :region ORDER BY t.source_equipment_id, t.outlet_no
