-- Services that hold resources now, by community of the address and product.
SELECT coalesce(b.grid_id, 0) AS grid_id, s.product, count(*) AS live
FROM service s
LEFT JOIN address a ON a.region_id = :region_id AND a.id = s.address_id
LEFT JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
WHERE s.region_id = :region_id AND s.state IN ('active', 'suspended')
GROUP BY 1, 2
