SELECT m.code AS model, m.name_zh AS model_name_zh, m.name_en AS model_name_en
FROM card AS c
JOIN equipment_model AS m ON m.id = c.model_id
WHERE c.region_id = :region_id AND c.id = :id
