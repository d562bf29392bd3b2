-- A segment lies where its sections lie, by their lengths; one without a run lies where its A end stands.
INSERT INTO share_fresh (owner_kind, owner_id, grid_id, share)
WITH weighed AS (
  SELECT r.segment_id, h.grid_id, sum(s.length_m * h.share) AS metres
  FROM cable_run r {runs}
  JOIN section s ON s.region_id = :region_id AND s.id = r.section_id
  JOIN grid_share h ON h.region_id = :region_id AND h.owner_kind = 'section' AND h.owner_id = r.section_id AND h.share > 0
  WHERE r.region_id = :region_id
  GROUP BY 1, 2
),
parts AS (
  SELECT segment_id, grid_id, round((metres / sum(metres) OVER (PARTITION BY segment_id))::numeric, 9) AS rounded FROM weighed
  UNION ALL
  SELECT s.id, coalesce(t.grid_id, 0), 1
  FROM cable_segment s {segments} JOIN structure t ON t.region_id = :region_id AND t.id = s.a_structure_id
  WHERE s.region_id = :region_id AND NOT EXISTS (SELECT FROM cable_run r WHERE r.region_id = :region_id AND r.segment_id = s.id)
)
SELECT 'segment', segment_id, grid_id,
       (CASE WHEN row_number() OVER w = 1 THEN 1 - (sum(rounded) OVER (PARTITION BY segment_id) - rounded) ELSE rounded END)::double precision
FROM parts WHERE rounded > 0
WINDOW w AS (PARTITION BY segment_id ORDER BY rounded DESC, grid_id)
