WITH delta AS (
  SELECT t.grid_id, d.*
  FROM unnest(CAST(:kind AS text[]), CAST(:owner_id AS bigint[]), CAST(:technology AS text[]), CAST(:installed AS bigint[]), CAST(:in_use AS bigint[]),
              CAST(:reserved AS bigint[]), CAST(:releasing AS bigint[]), CAST(:unusable AS bigint[]), CAST(:planned AS bigint[]))
       AS d (kind, owner_id, technology, installed, in_use, reserved, releasing, unusable, planned)
  JOIN tally t ON t.region_id = :region_id AND t.kind = d.kind AND t.owner_id = d.owner_id AND t.technology = d.technology
),
signed AS (
  SELECT grid_id, kind, technology, 1 AS times, installed, in_use, reserved, releasing, unusable, planned FROM delta
  UNION ALL
  SELECT h.grid_id, m.metre_kind, d.technology, h.metres, d.installed, d.in_use, d.reserved, d.releasing, d.unusable, d.planned
  FROM delta d JOIN (VALUES ('strand', 'strand_m', 'segment'), ('pair', 'pair_m', 'segment'), ('duct', 'duct_m', 'section')) AS m (kind, metre_kind, owner_kind)
    USING (kind)
  JOIN grid_share h ON h.region_id = :region_id AND h.owner_kind = m.owner_kind AND h.owner_id = d.owner_id
),
rolled AS (
  SELECT s.kind, a.at_id AS grid_id, s.technology, sum(times * installed) AS installed, sum(times * in_use) AS in_use, sum(times * reserved) AS reserved,
         sum(times * releasing) AS releasing, sum(times * unusable) AS unusable, sum(times * planned) AS planned
  FROM signed s
  LEFT JOIN grid g ON g.region_id = :region_id AND g.id = s.grid_id
  LEFT JOIN grid p ON p.region_id = :region_id AND p.id = g.parent_id
  CROSS JOIN LATERAL (VALUES (s.grid_id), (g.parent_id), (p.parent_id)) AS a (at_id)
  WHERE a.at_id IS NOT NULL
  GROUP BY 1, 2, 3
),
locked AS (
  SELECT g.kind, g.grid_id, g.technology FROM grid_tally g JOIN rolled r USING (kind, grid_id, technology)
  WHERE g.region_id = :region_id
  ORDER BY g.kind, g.grid_id, g.technology
  FOR UPDATE OF g
)
UPDATE grid_tally g
SET installed = g.installed + r.installed, in_use = g.in_use + r.in_use, reserved = g.reserved + r.reserved,
    releasing = g.releasing + r.releasing, unusable = g.unusable + r.unusable, planned = g.planned + r.planned
FROM locked l JOIN rolled r USING (kind, grid_id, technology)
WHERE g.region_id = :region_id AND g.kind = l.kind AND g.grid_id = l.grid_id AND g.technology = l.technology
