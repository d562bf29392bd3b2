-- Fibre boxes with no output left whose cable ends there and has idle strands: nobody reaches them without another splitter.
WITH full_box AS (
  SELECT e.structure_id, min(e.id) AS id, min(e.code) AS code, min(t.grid_id) AS grid_id, sum(t.installed)::int AS outputs
  FROM tally t JOIN equipment e ON e.region_id = :region_id AND e.id = t.owner_id AND e.life = 'in_service'
  WHERE t.region_id = :region_id AND t.kind = 'splitter_output' AND t.installed > 0
  GROUP BY e.structure_id
  HAVING sum(t.installed - t.in_use - t.reserved - t.releasing - t.unusable) = 0
), ending AS (
  SELECT f.structure_id, count(*) AS cables, min(s.id) AS segment_id
  FROM full_box f
  JOIN cable_segment s ON s.region_id = :region_id AND s.medium = 'fibre' AND s.life = 'in_service'
   AND f.structure_id IN (s.a_structure_id, s.z_structure_id)
  GROUP BY f.structure_id
)
SELECT f.id, f.code, f.grid_id, f.outputs, c.code || '/' || s.code AS segment, s.id AS segment_id, t.installed AS strands,
       (t.installed - t.in_use - t.reserved - t.releasing - t.unusable)::int AS idle, s.sheath_m
FROM full_box f
JOIN ending n ON n.structure_id = f.structure_id AND n.cables = 1
JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id
JOIN cable c ON c.region_id = :region_id AND c.id = s.cable_id
JOIN tally t ON t.region_id = :region_id AND t.kind = 'strand' AND t.owner_id = s.id
WHERE t.installed - t.in_use - t.reserved - t.releasing - t.unusable > 0
ORDER BY idle DESC, f.code
