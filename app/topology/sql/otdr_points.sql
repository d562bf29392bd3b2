-- Where so large a part of some sections ends, lon and lat in EPSG:4490.
SELECT ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat
FROM unnest(CAST(:sections AS bigint[]), CAST(:parts AS float8[])) WITH ORDINALITY AS w (section_id, part, place)
JOIN section s ON s.region_id = :region_id AND s.id = w.section_id
CROSS JOIN LATERAL (SELECT ST_LineInterpolatePoint(s.geom, w.part) AS geom) p
ORDER BY w.place
