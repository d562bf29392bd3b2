-- Access equipment with something to give out, by product; what counts for which product is given beside it.
SELECT w.product, e.id, e.code, t.grid_id, e.structure_id, f.idle, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat
FROM unnest(CAST(:products AS text[]), CAST(:kinds AS text[]), CAST(:technologies AS text[])) AS w (product, kind, technology)
JOIN tally t ON t.region_id = :region_id AND t.kind = w.kind AND t.technology = w.technology
CROSS JOIN LATERAL (SELECT (t.installed - t.in_use - t.reserved - t.releasing - t.unusable)::int AS idle) f
JOIN equipment e ON e.region_id = :region_id AND e.id = t.owner_id AND e.life = 'in_service'
JOIN structure s ON s.region_id = :region_id AND s.id = e.structure_id
WHERE f.idle >= :least_idle
ORDER BY w.product, e.code
