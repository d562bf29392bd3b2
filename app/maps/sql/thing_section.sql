SELECT s.id, s.code, s.name_zh, s.name_en, s.kind, s.life, s.health, s.built_on, s.length_m, s.verified_at, s.change_id,
       a.id AS a_id, a.code AS a_code, z.id AS z_id, z.code AS z_code, u.name_zh AS maintainer,
       ST_AsGeoJSON(s.geom, 7) AS geometry,
       ST_X(ST_LineInterpolatePoint(s.geom, 0.5)) AS lon, ST_Y(ST_LineInterpolatePoint(s.geom, 0.5)) AS lat
FROM section AS s
JOIN structure AS a ON a.region_id = :region_id AND a.id = s.a_structure_id
JOIN structure AS z ON z.region_id = :region_id AND z.id = s.z_structure_id
LEFT JOIN maintenance_unit AS u ON u.region_id = :region_id AND u.id = s.maintenance_unit_id
WHERE s.region_id = :region_id AND s.id = :id
