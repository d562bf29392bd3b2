WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.digits, t.use, t.ageing_until
    FROM number AS t
    WHERE t.region_id = :region_id AND t.block_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'number' AS kind, g.key AS id, g.digits AS code, g.use, g.ageing_until, s.id AS service_id, s.code AS service_code
FROM g
LEFT JOIN service_resource AS r ON r.region_id = :region_id AND r.number_id = g.key AND r.ended_on IS NULL
LEFT JOIN service AS s ON s.region_id = :region_id AND s.id = r.service_id
ORDER BY g.key
