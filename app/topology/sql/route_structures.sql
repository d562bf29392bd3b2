-- Structures of the route graph, whatever their life: the plan of a way tells which are not there yet.
SELECT t.id, t.code, t.kind, t.life, t.health, t.grid_id, ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat
FROM structure AS t
WHERE t.region_id = :region_id AND t.life <> 'retired'
ORDER BY t.id
