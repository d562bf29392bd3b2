-- Communities with their area, and the live services in them by product.
SELECT g.id, ST_Area(g.geom::geography) / 1e6 AS km2, s.product, count(s.id) AS live
FROM grid g
LEFT JOIN building b ON b.region_id = :region_id AND b.grid_id = g.id
LEFT JOIN address a ON a.region_id = :region_id AND a.building_id = b.id
LEFT JOIN service s ON s.region_id = :region_id AND s.address_id = a.id AND s.state IN ('active', 'suspended')
WHERE g.region_id = :region_id AND g.level = 3
GROUP BY g.id, g.geom, s.product
ORDER BY g.id
