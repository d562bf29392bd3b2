-- The part of each section's length in each community. A section inside one community needs no cutting; of two that both hold it whole the
-- lowest code wins. Where a section runs along a border the parts overlap, and are scaled down to the whole.
CREATE TEMPORARY TABLE share_fresh ON COMMIT DROP AS
WITH touching AS MATERIALIZED ({touching}),
inside AS (
  SELECT DISTINCT ON (section_id) section_id, grid_id FROM touching WHERE is_inside ORDER BY section_id, code
),
cut AS MATERIALIZED (
  SELECT t.section_id, t.grid_id, t.code,
         ST_Length(ST_Intersection(g.geom, s.geom)::geography) / nullif(ST_Length(s.geom::geography), 0) AS part
  FROM touching t
  JOIN grid g ON g.region_id = :region_id AND g.id = t.grid_id
  JOIN section s ON s.region_id = :region_id AND s.id = t.section_id
  WHERE NOT EXISTS (SELECT FROM inside i WHERE i.section_id = t.section_id)
),
parts AS (
  SELECT section_id, grid_id, code, part / greatest(1, sum(part) OVER (PARTITION BY section_id)) AS part FROM cut WHERE part > 1e-9
),
lines AS (
  SELECT i.section_id, i.grid_id, '' AS code, 1 AS part FROM inside i
  UNION ALL
  SELECT section_id, grid_id, code, part FROM parts
  UNION ALL
  -- What no community holds lies outside; a millionth is only the last digit of a length.
  SELECT s.id, 0, '', 1 - coalesce(sum(p.part), 0)
  FROM section s {sections} LEFT JOIN parts p ON p.section_id = s.id
  WHERE s.region_id = :region_id AND NOT EXISTS (SELECT FROM inside i WHERE i.section_id = s.id)
  GROUP BY s.id HAVING 1 - coalesce(sum(p.part), 0) > 1e-6
)
SELECT 'section' AS owner_kind, section_id AS owner_id, grid_id,
       CASE WHEN row_number() OVER w = 1 THEN 1 - (sum(rounded) OVER (PARTITION BY section_id) - rounded) ELSE rounded END::double precision AS share
FROM (SELECT section_id, grid_id, code, round(part::numeric, 9) AS rounded FROM lines) r
WHERE rounded > 0
WINDOW w AS (PARTITION BY section_id ORDER BY rounded DESC, code, grid_id)
