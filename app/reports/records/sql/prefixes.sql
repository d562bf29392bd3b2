WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.prefix, t.routing_table, t.purpose, t.use
    FROM ip_prefix AS t
    WHERE t.region_id = :region_id AND t.parent_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'ip_prefix' AS kind, g.key AS id, g.prefix::text AS code, g.routing_table, g.purpose, g.use
FROM g
ORDER BY g.key
