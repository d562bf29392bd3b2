WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total
    FROM power_feed AS t
    WHERE t.region_id = :region_id AND t.source_equipment_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, CASE WHEN w.load_rack_id IS NULL THEN 'equipment' ELSE 'rack' END AS kind,
       coalesce(e.id, a.id) AS id, coalesce(e.code, s.code || '/' || o.code || '/' || a.code) AS code, m.kind AS model_kind, w.outlet_no, w.side, w.breaker_a, w.load_a
FROM g
JOIN power_feed AS w ON w.region_id = :region_id AND w.id = g.key
LEFT JOIN equipment AS e ON e.region_id = :region_id AND e.id = w.load_equipment_id
LEFT JOIN equipment_model AS m ON m.id = e.model_id
LEFT JOIN rack AS a ON a.region_id = :region_id AND a.id = w.load_rack_id
LEFT JOIN room AS o ON o.region_id = :region_id AND o.id = a.room_id
LEFT JOIN site AS s ON s.region_id = :region_id AND s.id = o.site_id
ORDER BY g.key
