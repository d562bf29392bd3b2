-- Services that began less those that ended, by community of the address, product and month; 0 is the ground outside every grid.
SELECT coalesce(b.grid_id, 0) AS grid_id, s.product, CAST(date_trunc('month', x.day) AS date) AS month, CAST(sum(x.n) AS bigint) AS net
FROM service s
LEFT JOIN address a ON a.region_id = :region_id AND a.id = s.address_id
LEFT JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
CROSS JOIN LATERAL (VALUES (s.started_on, 1), (s.ended_on, -1)) AS x (day, n)
WHERE s.region_id = :region_id AND x.day >= :since AND x.day < :until
GROUP BY 1, 2, 3
