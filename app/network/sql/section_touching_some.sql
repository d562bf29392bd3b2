  SELECT s.id AS section_id, g.id AS grid_id, g.code, g.is_inside
  FROM section s {sections} CROSS JOIN LATERAL (
    SELECT g.id, g.code, ST_Covers(g.geom, s.geom) AS is_inside FROM grid g
    WHERE g.region_id = :region_id AND g.level = 3 AND ST_Intersects(g.geom, s.geom)
    OFFSET 0) g
  WHERE s.region_id = :region_id
