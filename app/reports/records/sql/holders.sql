WITH every AS (
    SELECT r.id AS key, count(*) OVER () AS total, r.service_id
    FROM service_resource AS r
    WHERE r.region_id = :region_id AND {held} = :id AND r.ended_on IS NULL
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'service' AS kind, s.id, s.code, s.product, s.rate_mbit, s.state, s.started_on, s.ended_on,
       c.id AS customer_id, c.code AS customer_code, c.segment, c.name, x.id AS circuit_id, x.code AS circuit_code, n.id AS number_id, n.digits AS number_code,
       a.id AS address_id, b.code || '/' || a.code AS address_code
FROM g
JOIN service AS s ON s.region_id = :region_id AND s.id = g.service_id
JOIN customer AS c ON c.region_id = :region_id AND c.id = s.customer_id
LEFT JOIN address AS a ON a.region_id = :region_id AND a.id = s.address_id
LEFT JOIN building AS b ON b.region_id = :region_id AND b.id = a.building_id
LEFT JOIN LATERAL (
    SELECT max(r.circuit_id) AS circuit_id, max(r.number_id) AS number_id
    FROM service_resource AS r
    WHERE r.region_id = :region_id AND r.service_id = s.id AND r.ended_on IS NULL
) AS held ON true
LEFT JOIN circuit AS x ON x.region_id = :region_id AND x.id = held.circuit_id
LEFT JOIN number AS n ON n.region_id = :region_id AND n.id = held.number_id
ORDER BY g.key
