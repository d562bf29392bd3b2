SELECT [equipment t.equipment_id] AS equipment, t.slot_no, m.code AS model, t.serial_no, t.life, t.health
FROM card t LEFT JOIN equipment_model m ON m.id = t.model_id WHERE t.region_id = :region ORDER BY t.equipment_id, t.slot_no
