-- Where customers have, or had, a service: the newest first; whoever never had one is left out.
SELECT c.id AS customer_id, s.address_id
FROM unnest(CAST(:ids AS bigint[])) AS c (id)
CROSS JOIN LATERAL (
  SELECT s.address_id FROM service s WHERE s.region_id = :region_id AND s.customer_id = c.id AND s.address_id IS NOT NULL
  ORDER BY s.ended_on IS NOT NULL, s.id DESC LIMIT 1
) s
