SELECT c.id, k.code || '/' || c.code AS code, c.name_zh, c.name_en, c.medium AS kind, c.conductor_count, c.tube_size, c.sheath_m,
       c.life, c.health, c.built_on, c.verified_at, c.change_id, k.id AS cable_id, k.code AS cable_code, m.code AS model,
       a.id AS a_id, a.code AS a_code, z.id AS z_id, z.code AS z_code, u.name_zh AS maintainer,
       ST_AsGeoJSON(l.geom, 6) AS geometry, ST_X(ST_PointOnSurface(l.geom)) AS lon, ST_Y(ST_PointOnSurface(l.geom)) AS lat
FROM cable_segment AS c
JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
JOIN structure AS a ON a.region_id = :region_id AND a.id = c.a_structure_id
JOIN structure AS z ON z.region_id = :region_id AND z.id = c.z_structure_id
LEFT JOIN equipment_model AS m ON m.id = c.model_id
LEFT JOIN segment_line AS l ON l.region_id = :region_id AND l.segment_id = c.id
LEFT JOIN maintenance_unit AS u ON u.region_id = :region_id AND u.id = c.maintenance_unit_id
WHERE c.region_id = :region_id AND c.id = :id
