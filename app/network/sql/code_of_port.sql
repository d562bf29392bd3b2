SELECT p.id, e.code || '/' || p.no FROM port p JOIN equipment e ON e.region_id = :region_id AND e.id = p.equipment_id
WHERE p.region_id = :region_id AND p.id = ANY(:ids)
