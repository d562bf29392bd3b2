SELECT [cable t.cable_id] AS cable, t.code, m.code AS model, [structure t.a_structure_id] AS a_structure, [structure t.z_structure_id] AS z_structure, t.sheath_m, t.conductor_count, t.life, t.health, t.built_on
FROM cable_segment t LEFT JOIN equipment_model m ON m.id = t.model_id WHERE t.region_id = :region ORDER BY t.cable_id, t.code_key
