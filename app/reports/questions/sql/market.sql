-- Live services by community of the address and product.
SELECT b.grid_id, s.product, count(s.id) AS live
FROM service s
JOIN address a ON a.region_id = :region_id AND a.id = s.address_id
JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
WHERE s.region_id = :region_id AND s.state IN ('active', 'suspended')
GROUP BY b.grid_id, s.product
