WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.slot_no, t.model_id, t.equipment_id, t.life, t.use, t.health
    FROM card AS t
    WHERE t.region_id = :region_id AND t.equipment_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'card' AS kind, g.key AS id, e.code || '/' || g.slot_no AS code, m.code AS model, g.life, g.use, g.health
FROM g
JOIN equipment AS e ON e.region_id = :region_id AND e.id = g.equipment_id
JOIN equipment_model AS m ON m.id = g.model_id
ORDER BY g.key
