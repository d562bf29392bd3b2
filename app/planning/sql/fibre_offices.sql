SELECT DISTINCT e.structure_id AS id FROM equipment e JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'olt'
WHERE e.region_id = :region_id AND e.life = 'in_service' ORDER BY 1
