WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.number_count
    FROM number_block AS t
    WHERE t.region_id = :region_id AND t.office_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'number_block' AS kind, g.key AS id, g.code, g.number_count, y.in_use, y.reserved
FROM g
LEFT JOIN tally AS y ON y.region_id = :region_id AND y.kind = 'number' AND y.owner_id = g.key AND y.technology = ''
ORDER BY g.key
