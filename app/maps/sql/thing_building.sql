SELECT b.id, b.code, b.name_zh, b.floor_count, b.change_id, g.id AS grid_id, g.code AS grid_code, g.name_zh AS grid_name_zh, g.name_en AS grid_name_en,
       u.household_count, ST_AsGeoJSON(b.geom, 7) AS geometry, ST_X(b.geom) AS lon, ST_Y(b.geom) AS lat
FROM building AS b
LEFT JOIN grid AS g ON g.region_id = :region_id AND g.id = b.grid_id
CROSS JOIN LATERAL (
    SELECT sum(a.household_count) AS household_count FROM address AS a WHERE a.region_id = :region_id AND a.building_id = b.id
) AS u
WHERE b.region_id = :region_id AND b.id = :id
