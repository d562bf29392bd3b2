WITH RECURSIVE feed AS (
  SELECT id, source_equipment_id AS source_id, load_equipment_id AS load_id, breaker_a, load_a FROM power_feed WHERE region_id = :region_id
),
reach (start_id, at_id) AS (
  SELECT source_id, load_id FROM feed WHERE load_id IS NOT NULL
  UNION
  SELECT r.start_id, f.load_id FROM reach r JOIN feed f ON f.source_id = r.at_id AND f.load_id IS NOT NULL
)
SELECT 'equipment' AS kind, start_id AS id, 'feeds itself in the end' AS found, 'no way back to itself' AS expected FROM reach WHERE at_id = start_id
UNION ALL
SELECT 'power_feed', id, round(load_a::numeric, 1) || ' A drawn', 'at most ' || round(breaker_a::numeric, 1) || ' A, its breaker' FROM feed WHERE load_a > breaker_a + 1e-6
UNION ALL
-- Only where the voltage stays the same do amperes that go out come in; each of two feeds is to carry the whole.
SELECT 'equipment', e.id, round((o.load_a * :diversity)::numeric, 1) || ' A go out', 'at most ' || round(i.breaker_a::numeric, 1) || ' A, the breaker before it'
FROM equipment e
JOIN equipment_model m ON m.id = e.model_id
JOIN unnest(CAST(:power_kinds_kind AS text[]), CAST(:power_kinds_passes AS text[])) AS p (kind, passes) ON p.kind = m.kind AND p.passes = 'yes'
JOIN (SELECT source_id, sum(load_a) AS load_a FROM feed GROUP BY 1) o ON o.source_id = e.id
JOIN (SELECT load_id, max(breaker_a) AS breaker_a FROM feed GROUP BY 1) i ON i.load_id = e.id
WHERE e.region_id = :region_id AND o.load_a * :diversity > i.breaker_a + 1e-6
