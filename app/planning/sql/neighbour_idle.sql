-- What is idle in the communities that touch one.
SELECT n.id, n.code, t.kind, t.technology,
       (t.installed - t.in_use - t.reserved - t.releasing - t.unusable)::int AS idle
FROM grid g
JOIN grid n ON n.region_id = :region_id AND n.level = g.level AND n.id <> g.id AND ST_Touches(n.geom, g.geom)
JOIN grid_tally t ON t.region_id = :region_id AND t.grid_id = n.id
WHERE g.region_id = :region_id AND g.id = :grid AND t.installed - t.in_use - t.reserved - t.releasing - t.unusable > 0
ORDER BY n.code, t.kind, t.technology
