WITH every AS (
    SELECT t.address_id AS key, count(*) OVER () AS total, min(t.technology) AS technology, min(t.distance_m) AS distance_m
    FROM serving AS t
    WHERE t.region_id = :region_id AND t.equipment_id = :id
    GROUP BY t.address_id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'address' AS kind, a.id, b.code || '/' || a.code AS code, a.name_zh, g.technology, g.distance_m, a.household_count
FROM g
JOIN address AS a ON a.region_id = :region_id AND a.id = g.key
JOIN building AS b ON b.region_id = :region_id AND b.id = a.building_id
ORDER BY g.key
