WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.model_id, t.rack_id, t.life, t.health
    FROM equipment AS t
    WHERE t.region_id = :region_id AND t.structure_id = :id AND t.life <> 'retired'
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'equipment' AS kind, g.key AS id, g.code, m.kind AS model_kind, m.code AS model, g.life, g.health,
       a.id AS rack_id, a.code AS rack_code
FROM g
JOIN equipment_model AS m ON m.id = g.model_id
LEFT JOIN rack AS a ON a.region_id = :region_id AND a.id = g.rack_id
ORDER BY g.key
