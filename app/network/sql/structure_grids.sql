-- The community of each structure that has none: polygons are the outer side, so that each is prepared once. On a border the lowest code wins.
UPDATE structure t SET grid_id = f.grid_id
FROM (
  SELECT DISTINCT ON (s.id) s.id, g.id AS grid_id
  FROM grid g CROSS JOIN LATERAL (
    SELECT s.id FROM structure s
    WHERE s.region_id = :region_id AND s.grid_id IS NULL AND ST_Intersects(g.geom, s.geom) {narrowed}
    OFFSET 0) s
  WHERE g.region_id = :region_id AND g.level = 3
  ORDER BY s.id, g.code
) f
WHERE t.region_id = :region_id AND t.id = f.id
