SELECT 'structure' AS kind, t.id, 'outside every grid' AS found, 'in a community' AS expected
FROM structure t WHERE t.region_id = :region_id AND t.grid_id IS NULL AND t.life <> 'retired'
UNION ALL
SELECT 'structure', t.id, 'the point lies elsewhere', 'in ' || g.code
FROM grid g JOIN structure t ON t.region_id = :region_id AND t.grid_id = g.id
WHERE g.region_id = :region_id AND NOT ST_Intersects(g.geom, t.geom) AND ST_Distance(g.geom, t.geom) > 0.000001
