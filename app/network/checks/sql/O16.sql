SELECT 'power_feed' AS kind, id, round((100 * load_a / breaker_a)::numeric, 1) || ' % of ' || round(breaker_a::numeric, 1) || ' A' AS found,
       'at most ' || round(100 * CAST(:high_load AS numeric)) || ' %' AS expected
FROM power_feed WHERE region_id = :region_id AND load_a > breaker_a * :high_load + 1e-6
UNION ALL
SELECT 'equipment', r.equipment_id, round(l.value::numeric, 1) || ' A of ' || round((r.module_count * r.module_a)::numeric, 1) || ' A', 'at most ' || round(100 * CAST(:high_load AS numeric)) || ' %'
FROM power_rating r
JOIN equipment e ON e.region_id = :region_id AND e.id = r.equipment_id AND e.life <> 'retired'
JOIN equipment_model m ON m.id = e.model_id AND m.kind = 'rectifier'
CROSS JOIN LATERAL (SELECT p.value FROM power_reading p WHERE p.region_id = :region_id AND p.equipment_id = r.equipment_id AND p.metric = 'load_a' ORDER BY p.read_on DESC LIMIT 1) l
WHERE r.region_id = :region_id AND l.value > r.module_count * r.module_a * :high_load + 1e-6
UNION ALL
-- What stands in the chain of power itself has one feed by nature; what it feeds has two.
SELECT x.kind, x.id, CASE count(*) WHEN 1 THEN 'only side ' || min(x.side) ELSE 'both sides from one source' END, 'sides A and B from two sources'
FROM (
  SELECT 'rack' AS kind, f.load_rack_id AS id, f.side, f.source_equipment_id FROM power_feed f WHERE f.region_id = :region_id AND f.load_rack_id IS NOT NULL
  UNION ALL
  SELECT 'equipment', e.id, f.side, f.source_equipment_id
  FROM power_feed f
  JOIN equipment e ON e.region_id = :region_id AND e.id = f.load_equipment_id AND e.life <> 'retired'
  JOIN equipment_model m ON m.id = e.model_id AND m.kind <> ALL (CAST(:power_kinds_kind AS text[]))
  WHERE f.region_id = :region_id
) x
GROUP BY x.kind, x.id HAVING count(DISTINCT x.source_equipment_id) < 2
