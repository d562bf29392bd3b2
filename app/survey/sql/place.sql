-- Points far from every grid of the region: nearly always the wrong coordinate system, so the whole file is told once.
CREATE TEMP TABLE far_{layer} ON COMMIT DROP AS
SELECT r.source_no, r.row_no, r.full_key, ST_Distance(r.geom::geography, ST_Envelope(e.box)::geography) / 1000 AS km
FROM r_{layer} r CROSS JOIN (SELECT ST_Extent(geom)::geometry AS box FROM grid WHERE region_id = :region AND level = 1) b
     CROSS JOIN LATERAL (SELECT ST_SetSRID(b.box, 4490) AS box) e
WHERE NOT r.bad AND b.box IS NOT NULL AND r.geom IS NOT NULL AND NOT ST_Intersects(r.geom, ST_Expand(e.box, 0.5));

INSERT INTO finding
SELECT source_no, CASE WHEN count(*) = 1 THEN min(row_no) END, 'PLACE_FAR', 'error', 'geom', CASE WHEN count(*) = 1 THEN min(full_key) END,
       count(*) || ' points up to ' || round(max(km)) || ' km outside the region', 'points in or near the grids of the region',
       'name the coordinate system of the file: --crs EPSG:n, gcj02 or bd09'
FROM far_{layer} GROUP BY source_no;

UPDATE r_{layer} r SET bad = true FROM far_{layer} f WHERE f.source_no = r.source_no AND f.row_no = r.row_no;

INSERT INTO finding
SELECT source_no, row_no, 'I23', 'warning', 'community', full_key, community, 'community ' || grid_code || ', in which the point lies',
       'correct the community or the point; the point was taken'
FROM r_{layer} WHERE NOT bad AND community_id IS NOT NULL AND grid_id <> community_id;

INSERT INTO finding
SELECT source_no, row_no, 'O19', 'warning', 'geom', full_key, 'a point outside every community: ' || ST_AsText(geom, 6), 'a point inside a community',
       'correct the point, or extend the community'
FROM r_{layer} WHERE NOT bad AND grid_id IS NULL AND EXISTS (SELECT 1 FROM grid WHERE region_id = :region AND level = 3);
