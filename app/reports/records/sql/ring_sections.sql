WITH every AS (
    SELECT t.seq AS key, count(*) OVER () AS total, t.circuit_id
    FROM ring_member AS t
    WHERE t.region_id = :region_id AND t.ring_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'circuit' AS kind, x.id, x.code, g.key AS seq, x.rate, x.channel_count, y.in_use, x.health
FROM g
JOIN circuit AS x ON x.region_id = :region_id AND x.id = g.circuit_id
LEFT JOIN tally AS y ON y.region_id = :region_id AND y.kind = 'channel' AND y.owner_id = x.id AND y.technology = coalesce(x.rate, '')
ORDER BY g.key
