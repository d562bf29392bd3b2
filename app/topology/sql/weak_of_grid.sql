-- What stands in a grid or in a grid within it, and lines that run there at least in part.
WITH RECURSIVE inside (id) AS (
    SELECT CAST(:grid AS bigint)
    UNION ALL
    SELECT g.id FROM inside AS i JOIN grid AS g ON g.region_id = :region_id AND g.parent_id = i.id
)
SELECT 'structure' AS kind, t.id FROM structure AS t JOIN inside AS i ON i.id = t.grid_id WHERE t.region_id = :region_id
UNION ALL
SELECT 'equipment', e.id
FROM structure AS t
JOIN inside AS i ON i.id = t.grid_id
JOIN equipment AS e ON e.region_id = :region_id AND e.structure_id = t.id
WHERE t.region_id = :region_id
UNION ALL
SELECT s.owner_kind, s.owner_id FROM grid_share AS s JOIN inside AS i ON i.id = s.grid_id WHERE s.region_id = :region_id
