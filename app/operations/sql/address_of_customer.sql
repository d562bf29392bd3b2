-- Where a customer has, or had, a service: the newest first.
SELECT s.address_id FROM service s WHERE s.region_id = :region_id AND s.customer_id = :id AND s.address_id IS NOT NULL
ORDER BY s.ended_on IS NOT NULL, s.id DESC LIMIT 1
