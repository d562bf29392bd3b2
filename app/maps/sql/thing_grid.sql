SELECT g.id, g.code, g.name_zh, g.name_en, g.level, g.change_id,
       p.id AS parent_id, p.name_zh AS parent_name_zh, p.name_en AS parent_name_en, p.code AS parent_code,
       ST_Area(g.geom::geography) / 1e6 AS area_km2,
       ST_AsGeoJSON(ST_SimplifyPreserveTopology(g.geom, 0.0001), 5) AS geometry,
       ST_X(ST_PointOnSurface(g.geom)) AS lon, ST_Y(ST_PointOnSurface(g.geom)) AS lat
FROM grid AS g
LEFT JOIN grid AS p ON p.region_id = :region_id AND p.id = g.parent_id
WHERE g.region_id = :region_id AND g.id = :id
