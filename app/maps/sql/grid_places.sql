-- Where the name of each grid stands on the map, and its box.
SELECT g.id, ST_X(p.at) AS lon, ST_Y(p.at) AS lat,
       ST_XMin(g.geom) AS west, ST_YMin(g.geom) AS south, ST_XMax(g.geom) AS east, ST_YMax(g.geom) AS north
FROM grid AS g
CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_Contains(g.geom, ST_Centroid(g.geom)) THEN ST_Centroid(g.geom) ELSE ST_PointOnSurface(g.geom) END AS at
) AS p
WHERE g.region_id = :region_id AND g.level = :level
