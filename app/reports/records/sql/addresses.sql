WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.building_id, t.name_zh, t.household_count
    FROM address AS t
    WHERE t.region_id = :region_id AND t.building_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'address' AS kind, g.key AS id, b.code || '/' || g.code AS code, g.name_zh, g.household_count,
       (SELECT count(*) FROM service AS s WHERE s.region_id = :region_id AND s.address_id = g.key AND s.state IN ('active', 'suspended')) AS live
FROM g
JOIN building AS b ON b.region_id = :region_id AND b.id = g.building_id
ORDER BY g.key
