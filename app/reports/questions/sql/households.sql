SELECT b.grid_id, ST_X(b.geom) AS lon, ST_Y(b.geom) AS lat, sum(a.household_count)::bigint AS households
FROM building b JOIN address a ON a.region_id = :region_id AND a.building_id = b.id
WHERE b.region_id = :region_id
GROUP BY b.id, b.grid_id, b.geom HAVING sum(a.household_count) > 0
ORDER BY b.id
