-- Live ADSL services with the metres of pair that carry them, by cable model.
SELECT v.id, v.code, c.code AS customer, b.grid_id, ST_X(b.geom) AS lon, ST_Y(b.geom) AS lat, m.code AS model, sum(s.sheath_m) AS metres
FROM service v
JOIN customer c ON c.region_id = :region_id AND c.id = v.customer_id
JOIN service_resource r ON r.region_id = :region_id AND r.service_id = v.id AND r.ended_on IS NULL AND r.circuit_id IS NOT NULL
JOIN circuit_carrier k ON k.region_id = :region_id AND k.circuit_id = r.circuit_id AND k.conductor_id IS NOT NULL
JOIN conductor n ON n.region_id = :region_id AND n.id = k.conductor_id
JOIN cable_segment s ON s.region_id = :region_id AND s.id = n.segment_id AND s.medium = 'copper'
LEFT JOIN equipment_model m ON m.id = s.model_id
JOIN address a ON a.region_id = :region_id AND a.id = v.address_id
JOIN building b ON b.region_id = :region_id AND b.id = a.building_id
WHERE v.region_id = :region_id AND v.product = 'adsl' AND v.state IN ('active', 'suspended')
GROUP BY v.id, v.code, c.code, b.grid_id, b.geom, m.code
ORDER BY v.code
