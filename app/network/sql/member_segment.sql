  SELECT CASE s.medium WHEN 'fibre' THEN 'strand' ELSE 'pair' END AS kind, s.id AS owner_id, '' AS technology, t.grid_id, c.life, c.use, c.health, c.n
  FROM (SELECT c.segment_id, c.life, c.use, c.health, count(*) AS n FROM conductor c {only segment c.segment_id} WHERE c.region_id = :region_id GROUP BY 1, 2, 3, 4) c
  JOIN cable_segment s ON s.region_id = :region_id AND s.id = c.segment_id
  JOIN structure t ON t.region_id = :region_id AND t.id = s.a_structure_id
