-- Rectifier frames of a grid or of one inside it, each with the structure where it stands, and its amperes.
SELECT e.id, e.code, t.code AS stands_in, y.installed, y.in_use
FROM tally y
JOIN equipment e ON e.region_id = :region_id AND e.id = y.owner_id AND e.life = 'in_service'
JOIN structure t ON t.region_id = :region_id AND t.id = e.structure_id
JOIN grid g ON g.region_id = :region_id AND g.id = t.grid_id AND (g.id = :grid OR g.parent_id = :grid)
WHERE y.region_id = :region_id AND y.kind = 'rectifier_a'
ORDER BY e.code
