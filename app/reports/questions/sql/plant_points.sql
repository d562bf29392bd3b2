-- Structures at which fibre can be taken up: offices, cabinets and boxes in service.
SELECT DISTINCT s.id, s.code, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat
FROM equipment e
JOIN equipment_model m ON m.id = e.model_id AND m.kind IN ('olt', 'odf', 'fibre_cabinet', 'fibre_box')
JOIN structure s ON s.region_id = :region_id AND s.id = e.structure_id
WHERE e.region_id = :region_id AND e.life = 'in_service'
ORDER BY s.id
