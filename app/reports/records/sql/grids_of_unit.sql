WITH every AS (
    SELECT t.grid_id AS key, count(*) OVER () AS total
    FROM grid_maintenance_unit AS t
    WHERE t.region_id = :region_id AND t.unit_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'grid' AS kind, x.id, x.code, x.name_zh, x.name_en
FROM g
JOIN grid AS x ON x.region_id = :region_id AND x.id = g.key
ORDER BY g.key
