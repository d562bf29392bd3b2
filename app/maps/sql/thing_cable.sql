SELECT k.id, k.code, k.name_zh, k.name_en, k.medium AS kind, k.life, k.health, k.built_on, k.verified_at, k.change_id, u.name_zh AS maintainer,
       ST_AsGeoJSON(x.geom, 6) AS geometry, ST_X(ST_PointOnSurface(x.geom)) AS lon, ST_Y(ST_PointOnSurface(x.geom)) AS lat
FROM cable AS k
LEFT JOIN maintenance_unit AS u ON u.region_id = :region_id AND u.id = k.maintenance_unit_id
CROSS JOIN LATERAL (
    SELECT ST_Collect(l.geom) AS geom
    FROM cable_segment AS c
    JOIN segment_line AS l ON l.region_id = :region_id AND l.segment_id = c.id
    WHERE c.region_id = :region_id AND c.cable_id = k.id
) AS x
WHERE k.region_id = :region_id AND k.id = :id
