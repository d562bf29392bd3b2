SELECT r.id, r.code, r.segment, r.product, r.rate_mbit, r.requested_on, r.reason, r.state, r.change_id,
       g.id AS grid_id, g.code AS grid_code, g.name_zh AS grid_name_zh, g.name_en AS grid_name_en,
       b.id AS building_id, b.code AS building_code, ST_AsGeoJSON(r.geom, 7) AS geometry, ST_X(r.geom) AS lon, ST_Y(r.geom) AS lat
FROM unmet_request AS r
LEFT JOIN grid AS g ON g.region_id = :region_id AND g.id = r.grid_id
LEFT JOIN address AS a ON a.region_id = :region_id AND a.id = r.address_id
LEFT JOIN building AS b ON b.region_id = :region_id AND b.id = a.building_id
WHERE r.region_id = :region_id AND r.id = :id
