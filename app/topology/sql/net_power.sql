-- Feeds; a rack is told below 0, since its key may be that of equipment.
SELECT f.id, e.code || ':' || f.outlet_no AS code, f.source_equipment_id AS tail, coalesce(f.load_equipment_id, -f.load_rack_id) AS head,
       CAST(NULL AS double precision) AS metres
FROM power_feed AS f
JOIN equipment AS e ON e.region_id = :region_id AND e.id = f.source_equipment_id
WHERE f.region_id = :region_id
ORDER BY f.id
