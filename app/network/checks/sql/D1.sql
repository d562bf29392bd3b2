SELECT 'structure' AS kind, a.id, a.kind || ' at ' || round(ST_Distance(a.geom::geography, b.geom::geography)::numeric, 2) || ' m from ' || b.code AS found, 'one of the two' AS expected
FROM structure a CROSS JOIN LATERAL (
  SELECT b.id, b.code, b.geom FROM structure b
  WHERE b.region_id = :region_id AND b.geom && ST_Expand(a.geom, 0.00001) AND b.kind = a.kind AND b.id > a.id AND b.life <> 'retired'
  OFFSET 0) b
WHERE a.region_id = :region_id AND a.life <> 'retired' AND ST_Distance(a.geom::geography, b.geom::geography) < :near_m
