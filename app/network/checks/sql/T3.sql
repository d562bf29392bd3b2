WITH run AS (
  SELECT r.segment_id, sum(ST_Length(s.geom)) AS length, ST_Extent(s.geom) AS box
  FROM cable_run r JOIN section s ON s.region_id = :region_id AND s.id = r.section_id
  WHERE r.region_id = :region_id GROUP BY 1
)
SELECT 'segment' AS kind, r.segment_id AS id, CASE WHEN l.segment_id IS NULL THEN 'no line' ELSE 'another line' END AS found, 'the line of its sections' AS expected
FROM run r LEFT JOIN segment_line l ON l.region_id = :region_id AND l.segment_id = r.segment_id
WHERE l.segment_id IS NULL OR abs(ST_Length(l.geom) - r.length) > 1e-7 OR NOT (ST_Expand(l.geom, 1e-7) ~ r.box::geometry AND ST_Expand(r.box::geometry, 1e-7) ~ l.geom)
