-- The parts of sections between two shares of their length, in the order asked.
SELECT ST_AsGeoJSON(CASE WHEN w.ends > w.begins THEN ST_LineSubstring(s.geom, w.begins, w.ends) ELSE ST_LineInterpolatePoint(s.geom, w.begins) END, 7, 0) AS shape
FROM unnest(CAST(:sections AS bigint[]), CAST(:begins AS double precision[]), CAST(:ends AS double precision[]))
     WITH ORDINALITY AS w (id, begins, ends, place)
CROSS JOIN LATERAL (SELECT geom FROM section WHERE region_id = :region_id AND id = w.id OFFSET 0) AS s
ORDER BY w.place
