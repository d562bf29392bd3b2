WITH steps AS (
  SELECT r.segment_id, r.seq, x.from_id, x.to_id,
         lag(x.to_id) OVER w AS came_from, row_number() OVER w = 1 AS is_first, row_number() OVER (PARTITION BY r.segment_id ORDER BY r.seq DESC) = 1 AS is_last
  FROM cable_run r
  JOIN section s ON s.region_id = :region_id AND s.id = r.section_id
  CROSS JOIN LATERAL (SELECT CASE WHEN r.is_reversed THEN s.z_structure_id ELSE s.a_structure_id END, CASE WHEN r.is_reversed THEN s.a_structure_id ELSE s.z_structure_id END) AS x (from_id, to_id)
  WHERE r.region_id = :region_id
  WINDOW w AS (PARTITION BY r.segment_id ORDER BY r.seq)
),
broken AS (
  SELECT p.segment_id, p.seq, p.from_id AS found_id, CASE WHEN p.is_first THEN s.a_structure_id ELSE p.came_from END AS expected_id, ' begins at ' AS verb
  FROM steps p JOIN cable_segment s ON s.region_id = :region_id AND s.id = p.segment_id
  WHERE p.from_id <> CASE WHEN p.is_first THEN s.a_structure_id ELSE p.came_from END
  UNION ALL
  SELECT p.segment_id, p.seq, p.to_id, s.z_structure_id, ' ends at '
  FROM steps p JOIN cable_segment s ON s.region_id = :region_id AND s.id = p.segment_id
  WHERE p.is_last AND p.to_id <> s.z_structure_id
)
SELECT 'segment' AS kind, b.segment_id AS id, 'section ' || b.seq || b.verb || f.code AS found, e.code AS expected
FROM broken b
JOIN structure f ON f.region_id = :region_id AND f.id = b.found_id
JOIN structure e ON e.region_id = :region_id AND e.id = b.expected_id
