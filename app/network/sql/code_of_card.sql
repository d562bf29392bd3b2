SELECT c.id, e.code || '/' || c.slot_no FROM card c JOIN equipment e ON e.region_id = :region_id AND e.id = c.equipment_id
WHERE c.region_id = :region_id AND c.id = ANY(:ids)
