-- Where the tallies differ from the rows. Counts are arrays: installed, in_use, reserved, releasing, unusable, planned.
-- scope 'tally': found and expected of one owner (null = no row); 'grid': expected is what is to be added; 'line': whole metres of a share.
WITH {member_states},
counted AS (
  SELECT t.kind, t.owner_id, t.technology, t.grid_id, t.installed, t.in_use, t.reserved, t.releasing, t.unusable, t.planned
  FROM tally t {tallies} WHERE t.region_id = :region_id AND t.kind IN ({kinds})
),
line AS (
  SELECT h.owner_kind, h.owner_id, h.grid_id, h.share, h.metres AS found, CASE WHEN h.share > 0 THEN round(s.sheath_m * h.share)::bigint END AS expected
  FROM grid_share h {shares} LEFT JOIN cable_segment s ON s.region_id = :region_id AND s.id = h.owner_id
  WHERE h.region_id = :region_id AND h.owner_kind = 'segment' AND {has_lines}
  UNION ALL
  SELECT h.owner_kind, h.owner_id, h.grid_id, h.share, h.metres, CASE WHEN h.share > 0 THEN round(s.length_m * h.share)::bigint END
  FROM grid_share h {shares} LEFT JOIN section s ON s.region_id = :region_id AND s.id = h.owner_id
  WHERE h.region_id = :region_id AND h.owner_kind = 'section' AND {has_lines}
),
measured (kind, metre_kind, owner_kind) AS (VALUES ('strand', 'strand_m', 'segment'), ('pair', 'pair_m', 'segment'), ('duct', 'duct_m', 'section')),
signed AS (
  SELECT grid_id, kind, technology, 1 AS times, installed, in_use, reserved, releasing, unusable, planned FROM fresh
  UNION ALL
  SELECT l.grid_id, m.metre_kind, f.technology, coalesce(l.expected, 0), f.installed, f.in_use, f.reserved, f.releasing, f.unusable, f.planned
  FROM fresh f JOIN measured m USING (kind) JOIN line l ON l.owner_kind = m.owner_kind AND l.owner_id = f.owner_id
  {posted}
),
place AS (
  SELECT g.id AS grid_id, a.at_id FROM grid g LEFT JOIN grid p ON p.region_id = :region_id AND p.id = g.parent_id
  CROSS JOIN LATERAL (VALUES (g.id), (g.parent_id), (p.parent_id)) AS a (at_id)
  WHERE g.region_id = :region_id AND a.at_id IS NOT NULL
  UNION ALL SELECT 0, 0
),
by_grid AS (
  SELECT grid_id, kind, technology, sum(times * installed) AS installed, sum(times * in_use) AS in_use, sum(times * reserved) AS reserved,
         sum(times * releasing) AS releasing, sum(times * unusable) AS unusable, sum(times * planned) AS planned
  FROM signed GROUP BY 1, 2, 3
),
rolled AS (
  SELECT p.at_id AS grid_id, b.kind, b.technology, b.installed, b.in_use, b.reserved, b.releasing, b.unusable, b.planned FROM by_grid b JOIN place p USING (grid_id)
  {standing}
)
SELECT 'tally' AS scope, coalesce(f.kind, c.kind) AS kind, coalesce(f.owner_id, c.owner_id) AS owner_id, coalesce(f.technology, c.technology) AS technology,
       coalesce(f.grid_id, c.grid_id) AS grid_id,
       CASE WHEN c.kind IS NOT NULL THEN ARRAY[c.installed, c.in_use, c.reserved, c.releasing, c.unusable, c.planned] END AS found,
       CASE WHEN f.kind IS NOT NULL THEN ARRAY[f.installed, f.in_use, f.reserved, f.releasing, f.unusable, f.planned]::bigint[] END AS expected
FROM fresh f FULL JOIN counted c ON c.kind = f.kind AND c.owner_id = f.owner_id AND c.technology = f.technology
WHERE f.kind IS NULL OR c.kind IS NULL
   OR (f.grid_id, f.installed, f.in_use, f.reserved, f.releasing, f.unusable, f.planned)
      IS DISTINCT FROM (c.grid_id, c.installed, c.in_use, c.reserved, c.releasing, c.unusable, c.planned)
UNION ALL
SELECT 'grid', kind, 0, technology, grid_id, NULL, ARRAY[sum(installed), sum(in_use), sum(reserved), sum(releasing), sum(unusable), sum(planned)]::bigint[]
FROM rolled GROUP BY kind, technology, grid_id
HAVING num_nonnulls(nullif(sum(installed), 0), nullif(sum(in_use), 0), nullif(sum(reserved), 0), nullif(sum(releasing), 0), nullif(sum(unusable), 0), nullif(sum(planned), 0)) > 0
UNION ALL
SELECT 'line', owner_kind, owner_id, '', grid_id, ARRAY[found], CASE WHEN expected IS NOT NULL THEN ARRAY[expected] END
FROM line WHERE found IS DISTINCT FROM expected
