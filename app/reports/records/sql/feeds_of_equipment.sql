WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total
    FROM power_feed AS t
    WHERE t.region_id = :region_id AND t.load_equipment_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'equipment' AS kind, e.id, e.code, m.kind AS model_kind, w.outlet_no, w.side, w.breaker_a, w.load_a
FROM g
JOIN power_feed AS w ON w.region_id = :region_id AND w.id = g.key
JOIN equipment AS e ON e.region_id = :region_id AND e.id = w.source_equipment_id
JOIN equipment_model AS m ON m.id = e.model_id
ORDER BY g.key
