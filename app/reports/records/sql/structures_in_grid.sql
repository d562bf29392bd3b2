WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.kind AS structure_kind, t.name_zh, t.life, t.health
    FROM structure AS t
    WHERE t.region_id = :region_id AND t.grid_id = :id AND t.life <> 'retired'
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'structure' AS kind, g.key AS id, g.code, g.structure_kind, g.name_zh, g.life, g.health
FROM g
ORDER BY g.key
