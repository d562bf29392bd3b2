WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.name_zh, t.floor_count
    FROM building AS t
    WHERE t.region_id = :region_id AND t.grid_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'building' AS kind, g.key AS id, g.code, g.name_zh, g.floor_count
FROM g
ORDER BY g.key
