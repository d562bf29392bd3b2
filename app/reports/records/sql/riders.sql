WITH every AS (
    SELECT t.channel_no AS key, count(*) OVER () AS total, t.circuit_id, t.channel_no
    FROM circuit_carrier AS t
    WHERE t.region_id = :region_id AND t.lower_circuit_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'circuit' AS kind, x.id, x.code, g.channel_no, x.kind AS circuit_kind, x.use, s.id AS service_id, s.code AS service_code
FROM g
JOIN circuit AS x ON x.region_id = :region_id AND x.id = g.circuit_id
LEFT JOIN service_resource AS r ON r.region_id = :region_id AND r.circuit_id = x.id AND r.ended_on IS NULL
LEFT JOIN service AS s ON s.region_id = :region_id AND s.id = r.service_id
ORDER BY g.key
