SELECT t.code, t.kind, [structure t.a_structure_id] AS a_structure, [structure t.z_structure_id] AS z_structure, t.length_m, t.life, t.health, t.built_on, t.geom
FROM section t WHERE t.region_id = :region ORDER BY t.code_key
