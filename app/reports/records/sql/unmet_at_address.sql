WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total
    FROM unmet_request AS t
    WHERE t.region_id = :region_id AND t.address_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'unmet_request' AS kind, g.key AS id, t.code, t.product, t.segment, t.rate_mbit, t.requested_on, t.reason, t.state
FROM g
JOIN unmet_request AS t ON t.region_id = :region_id AND t.id = g.key
ORDER BY g.key
