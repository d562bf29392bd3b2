-- Who uses a thing: the circuits on it and those that ride them, the services that hold these, and their customers.
-- Each row is a part of the answer and its content; counts are exact, lists are pages by key.
WITH RECURSIVE {sets}first AS (
    {circuits}
), circuits AS (
    SELECT first.id FROM first
    UNION
    SELECT c.circuit_id
    FROM circuits AS u
    JOIN circuit_carrier AS c ON c.region_id = :region_id AND c.lower_circuit_id = u.id
), held AS (
    SELECT r.service_id AS id
    FROM circuits AS u
    JOIN service_resource AS r ON r.region_id = :region_id AND r.circuit_id = u.id AND r.ended_on IS NULL
    UNION
    {services}
), used AS MATERIALIZED (
    SELECT s.id, s.code, s.product, s.state, s.rate_mbit, s.customer_id, c.code AS customer_code, c.segment, c.name
    FROM held
    JOIN service AS s ON s.region_id = :region_id AND s.id = held.id
    JOIN customer AS c ON c.region_id = :region_id AND c.id = s.customer_id
)
SELECT 'by_kind' AS part, jsonb_build_object('value', x.kind, 'count', count(*)) AS content
FROM circuits AS u JOIN circuit AS x ON x.region_id = :region_id AND x.id = u.id GROUP BY x.kind
UNION ALL
SELECT 'by_product', jsonb_build_object('value', used.product, 'count', count(*)) FROM used GROUP BY used.product
UNION ALL
SELECT 'by_segment', jsonb_build_object('value', used.segment, 'count', count(DISTINCT used.customer_id)) FROM used GROUP BY used.segment
UNION ALL
(SELECT 'service', to_jsonb(used) FROM used WHERE used.id > :after_service ORDER BY used.id LIMIT :limit)
UNION ALL
(SELECT 'circuit', jsonb_build_object('id', x.id, 'code', x.code, 'kind', x.kind, 'rate', x.rate, 'channel_count', x.channel_count, 'use', x.use)
 FROM circuits AS u JOIN circuit AS x ON x.region_id = :region_id AND x.id = u.id
 WHERE u.id > :after_circuit ORDER BY u.id LIMIT :limit)
