  SELECT s.id AS section_id, g.id AS grid_id, g.code, s.is_inside
  FROM grid g CROSS JOIN LATERAL (
    SELECT s.id, ST_Covers(g.geom, s.geom) AS is_inside FROM section s
    WHERE s.region_id = :region_id AND ST_Intersects(g.geom, s.geom)
    OFFSET 0) s
  WHERE g.region_id = :region_id AND g.level = 3
