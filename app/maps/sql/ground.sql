-- The outlines of the towns, to draw an answer over them; a corner stays within some tens of metres of where it is.
SELECT g.name_zh, g.name_en, ST_AsGeoJSON(ST_SimplifyPreserveTopology(g.geom, 0.0003), 5) AS shape,
       ST_X(p.point) AS lon, ST_Y(p.point) AS lat
FROM grid AS g
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(g.geom) AS point) AS p
WHERE g.region_id = :region_id AND g.level = 2
ORDER BY g.id
