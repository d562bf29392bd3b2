-- Who feeds whom; -1 where the load is of the other sort. A store bears a load for hours only and is told apart.
SELECT f.source_equipment_id AS source, coalesce(f.load_equipment_id, -1) AS equipment, coalesce(f.load_rack_id, -1) AS rack,
       (m.kind = 'battery')::int::bigint AS is_store
FROM power_feed AS f
JOIN equipment AS e ON e.region_id = :region_id AND e.id = f.source_equipment_id
JOIN equipment_model AS m ON m.id = e.model_id
WHERE f.region_id = :region_id
