SELECT f.id, e.code || ':' || f.outlet_no
FROM power_feed f JOIN equipment e ON e.region_id = :region_id AND e.id = f.source_equipment_id
WHERE f.region_id = :region_id AND f.id = ANY(:ids)
