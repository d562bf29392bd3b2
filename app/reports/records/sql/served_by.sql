WITH every AS (
    SELECT t.equipment_id * 10 + array_position(ARRAY['pon', 'adsl', 'vdsl', 'lan', 'pots'], t.technology) AS key, count(*) OVER () AS total,
           t.equipment_id, t.technology, t.distance_m
    FROM serving AS t
    WHERE t.region_id = :region_id AND t.address_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'equipment' AS kind, e.id, e.code, g.technology, m.kind AS model_kind, g.distance_m
FROM g
JOIN equipment AS e ON e.region_id = :region_id AND e.id = g.equipment_id
JOIN equipment_model AS m ON m.id = e.model_id
ORDER BY g.key
