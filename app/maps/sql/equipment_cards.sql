SELECT c.id, c.slot_no, m.code AS model, c.life, c.use, c.health, count(*) OVER () AS total
FROM card AS c
JOIN equipment_model AS m ON m.id = c.model_id
WHERE c.region_id = :region_id AND c.equipment_id = :id
ORDER BY length(c.slot_no), c.slot_no
LIMIT :limit
