-- Owners whose members are little used, in service for so many months on the day; counts are those of the tallies.
SELECT o.owner, o.id, o.code, t.kind, t.technology, t.grid_id, t.installed, t.in_use, o.in_service_on, f.months, o.asset_value_fen
FROM tally t
CROSS JOIN LATERAL (
  SELECT 'equipment' AS owner, e.id, e.code, e.in_service_on, e.asset_value_fen FROM equipment e
  WHERE t.kind IN ('port', 'terminal', 'splitter_output') AND e.region_id = :region_id AND e.id = t.owner_id AND e.life = 'in_service'
  UNION ALL
  SELECT 'segment', s.id, c.code || '/' || s.code, s.in_service_on, s.asset_value_fen FROM cable_segment s
  JOIN cable c ON c.region_id = :region_id AND c.id = s.cable_id
  WHERE t.kind IN ('strand', 'pair') AND s.region_id = :region_id AND s.id = t.owner_id AND s.life = 'in_service'
) o
CROSS JOIN LATERAL (
  SELECT (extract(year FROM age(CAST(:day AS date), o.in_service_on)) * 12 + extract(month FROM age(CAST(:day AS date), o.in_service_on)))::int AS months
) f
WHERE t.region_id = :region_id AND t.kind IN ('port', 'terminal', 'splitter_output', 'strand', 'pair')
  AND t.installed > 0 AND t.in_use <= t.installed * CAST(:most_ratio AS float) AND f.months >= :months
ORDER BY t.in_use::float / t.installed, t.installed DESC, o.code, t.kind, t.technology
