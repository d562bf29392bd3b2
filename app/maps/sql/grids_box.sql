-- The box around some grids.
SELECT ST_XMin(b.box) AS west, ST_YMin(b.box) AS south, ST_XMax(b.box) AS east, ST_YMax(b.box) AS north
FROM (SELECT ST_Extent(g.geom) AS box FROM grid AS g WHERE g.region_id = :region_id AND g.id = ANY(:grids)) AS b
