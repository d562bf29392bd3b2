SELECT m.code AS model, m.kind AS model_kind, m.name_zh AS model_name_zh, m.name_en AS model_name_en, to_jsonb(r) AS rating
FROM equipment AS e
JOIN equipment_model AS m ON m.id = e.model_id
LEFT JOIN power_rating AS r ON r.region_id = :region_id AND r.equipment_id = e.id
WHERE e.region_id = :region_id AND e.id = :id
