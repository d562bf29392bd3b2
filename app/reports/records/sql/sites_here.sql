WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.name_zh, t.name_en
    FROM site AS t
    WHERE t.region_id = :region_id AND t.structure_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'site' AS kind, g.key AS id, g.code, g.name_zh, g.name_en
FROM g
ORDER BY g.key
