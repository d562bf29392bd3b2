SELECT t.code, m.code AS model, [structure t.structure_id] AS structure, [rack t.rack_id] AS rack, u.start_u, u.face, t.name_zh, t.serial_no, t.asset_no, t.life, t.health, t.built_on,
       [maintenance_unit t.maintenance_unit_id] AS maintainer, t.asset_value_fen, t.in_service_on
FROM equipment t LEFT JOIN equipment_model m ON m.id = t.model_id
LEFT JOIN LATERAL (SELECT min(r.u_no) AS start_u, min(r.face) AS face FROM rack_unit r WHERE r.region_id = :region AND r.equipment_id = t.id AND r.rack_id = t.rack_id) u ON true
WHERE t.region_id = :region ORDER BY t.code_key
