SELECT s.id, s.code, s.kind, CASE WHEN s.grid_id = :grid_id THEN 'leaves' ELSE 'joins' END AS moves
FROM structure s, (SELECT ST_SetSRID(ST_GeomFromGeoJSON(:area), 4490) AS geom) b
WHERE s.region_id = :region_id AND s.life <> 'retired'
  AND ((s.grid_id = :grid_id AND NOT ST_Covers(b.geom, s.geom)) OR (s.grid_id IS DISTINCT FROM :grid_id AND s.geom && b.geom AND ST_Covers(b.geom, s.geom)))
ORDER BY 4, 2
