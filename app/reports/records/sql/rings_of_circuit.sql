WITH every AS (
    SELECT t.ring_id AS key, count(*) OVER () AS total, t.seq
    FROM ring_member AS t
    WHERE t.region_id = :region_id AND t.circuit_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'ring' AS kind, o.id, o.code, o.name_zh, o.rate, g.seq
FROM g
JOIN ring AS o ON o.region_id = :region_id AND o.id = g.key
ORDER BY g.key
