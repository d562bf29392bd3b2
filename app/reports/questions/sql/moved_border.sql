-- What stands in a community, by whether it stays, leaves or joins with another border: members of equipment, homes and households.
WITH border AS (SELECT ST_SetSRID(ST_GeomFromGeoJSON(:area), 4490) AS geom),
moved AS (
  SELECT s.id, CASE WHEN s.grid_id = :grid_id THEN CASE WHEN ST_Covers(b.geom, s.geom) THEN 'stays' ELSE 'leaves' END ELSE 'joins' END AS moves
  FROM structure s, border b
  WHERE s.region_id = :region_id AND (s.grid_id = :grid_id OR (s.geom && b.geom AND ST_Covers(b.geom, s.geom)))
),
built AS (
  SELECT h.id, CASE WHEN h.grid_id = :grid_id THEN CASE WHEN ST_Covers(b.geom, h.geom) THEN 'stays' ELSE 'leaves' END ELSE 'joins' END AS moves
  FROM building h, border b
  WHERE h.region_id = :region_id AND (h.grid_id = :grid_id OR (h.geom && b.geom AND ST_Covers(b.geom, h.geom)))
)
SELECT m.moves, t.kind, t.technology, sum(t.installed)::bigint AS installed, sum(t.in_use)::bigint AS in_use
FROM moved m
JOIN equipment e ON e.region_id = :region_id AND e.structure_id = m.id
JOIN tally t ON t.region_id = :region_id AND t.owner_id = e.id AND t.kind IN ('port', 'terminal', 'splitter_output', 'slot', 'battery_ah', 'rectifier_a')
GROUP BY 1, 2, 3
UNION ALL
SELECT b.moves, t.kind, t.technology, sum(t.installed)::bigint, sum(t.in_use)::bigint
FROM built b JOIN tally t ON t.region_id = :region_id AND t.owner_id = b.id AND t.kind IN ('home', 'household')
GROUP BY 1, 2, 3
