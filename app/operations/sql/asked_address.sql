-- An address with its point, building and grid.
SELECT a.id, b.code || '/' || a.code AS code, ST_X(b.geom) AS lon, ST_Y(b.geom) AS lat, b.id AS building_id, b.grid_id
FROM address a
JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
WHERE a.region_id = :region_id AND a.id = ANY(:ids)
ORDER BY a.id
