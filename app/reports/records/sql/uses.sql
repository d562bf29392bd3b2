-- Who uses a thing: the circuits on it and those that ride them, what leads on over the uplink of equipment outdoors, the services that hold
-- these, and their customers.
-- Each row is a part of the answer and its content; counts are exact, lists are pages by key.
-- OFFSET 0 keeps each look-up on its index: how many rows a recursion gives nobody can estimate, and a plan for all rows reads every table whole.
-- An array in the recursion counts as ten rows: with more, the server makes room for millions before it looks at the first.
WITH RECURSIVE {sets}first AS (
    {circuits}
), circuits AS (
    SELECT first.id FROM first
    UNION
    SELECT up.id
    FROM circuits AS u
    CROSS JOIN LATERAL unnest(ARRAY(
        {above}
    )) AS up (id)
), told AS MATERIALIZED (
    SELECT x.*
    FROM circuits AS u
    CROSS JOIN LATERAL (
        SELECT y.id, y.code, y.kind, y.rate, y.channel_count, y.use FROM circuit AS y WHERE y.region_id = :region_id AND y.id = u.id OFFSET 0
    ) AS x
), held AS (
    SELECT r.service_id AS id
    FROM circuits AS u
    CROSS JOIN LATERAL (
        SELECT h.service_id FROM service_resource AS h WHERE h.region_id = :region_id AND h.circuit_id = u.id AND h.ended_on IS NULL OFFSET 0
    ) AS r
    UNION
    {services}
), used AS MATERIALIZED (
    SELECT held.id, s.code, s.product, s.state, s.rate_mbit, s.customer_id, c.code AS customer_code, c.segment, c.name
    FROM held
    CROSS JOIN LATERAL (SELECT v.code, v.product, v.state, v.rate_mbit, v.customer_id FROM service AS v WHERE v.region_id = :region_id AND v.id = held.id OFFSET 0) AS s
    CROSS JOIN LATERAL (SELECT w.code, w.segment, w.name FROM customer AS w WHERE w.region_id = :region_id AND w.id = s.customer_id OFFSET 0) AS c
)
SELECT 'by_kind' AS part, jsonb_build_object('value', told.kind, 'count', count(*)) AS content FROM told GROUP BY told.kind
UNION ALL
SELECT 'by_product', jsonb_build_object('value', used.product, 'count', count(*)) FROM used GROUP BY used.product
UNION ALL
SELECT 'by_segment', jsonb_build_object('value', used.segment, 'count', count(DISTINCT used.customer_id)) FROM used GROUP BY used.segment
UNION ALL
SELECT 'service', to_jsonb(page) FROM (SELECT * FROM used WHERE used.id > :after_service ORDER BY used.id LIMIT :limit) AS page
UNION ALL
SELECT 'circuit', to_jsonb(page) FROM (SELECT * FROM told WHERE told.id > :after_circuit ORDER BY told.id LIMIT :limit) AS page
