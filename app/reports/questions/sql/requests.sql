SELECT u.id, u.code, u.product, u.segment, u.reason, u.requested_on, u.grid_id, ST_X(u.geom) AS lon, ST_Y(u.geom) AS lat
FROM unmet_request u
WHERE u.region_id = :region_id AND u.state = 'open' AND (CAST(:product AS text) IS NULL OR u.product = :product)
ORDER BY u.requested_on, u.code
