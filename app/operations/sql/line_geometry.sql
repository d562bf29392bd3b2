-- The ways of segments over the ground, as GeoJSON, with four thousandths of a second of an arc.
SELECT l.segment_id, ST_AsGeoJSON(l.geom, 6) AS geometry
FROM segment_line l WHERE l.region_id = :region_id AND l.segment_id = ANY(:segments)
ORDER BY l.segment_id
