SELECT b.grid_id, s.product, extract(year FROM s.started_on)::int AS year, count(*)::int AS live
FROM service s
LEFT JOIN address a ON a.region_id = :region_id AND a.id = s.address_id
LEFT JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
WHERE s.region_id = :region_id AND s.state IN ('active', 'suspended') AND s.started_on IS NOT NULL
GROUP BY 1, 2, 3
