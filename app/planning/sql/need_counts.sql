-- What a grid and those around it hold, by level; a grid without counts is told once.
WITH RECURSIVE around AS (
  SELECT id, parent_id, level, code FROM grid WHERE region_id = :region_id AND id = :grid
  UNION ALL
  SELECT g.id, g.parent_id, g.level, g.code FROM around a JOIN grid g ON g.region_id = :region_id AND g.id = a.parent_id
)
SELECT a.level, a.id, a.code, t.kind, t.technology, coalesce(t.in_use, 0) AS in_use, coalesce(t.reserved, 0) AS reserved,
       coalesce(t.releasing, 0) AS releasing, coalesce(t.unusable, 0) AS unusable,
       coalesce(t.installed - t.in_use - t.reserved - t.releasing - t.unusable, 0) AS idle
FROM around a LEFT JOIN grid_tally t ON t.region_id = :region_id AND t.grid_id = a.id
ORDER BY a.level, t.kind, t.technology
