WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.role, t.name_zh, t.equipment_id
    FROM switch_office AS t
    WHERE t.region_id = :region_id AND t.equipment_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'switch_office' AS kind, g.key AS id, g.code, g.role, g.name_zh, e.id AS equipment_id, e.code AS equipment_code
FROM g
JOIN equipment AS e ON e.region_id = :region_id AND e.id = g.equipment_id
ORDER BY g.key
