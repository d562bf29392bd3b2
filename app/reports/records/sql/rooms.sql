WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.site_id, t.name_zh, t.area_m2
    FROM room AS t
    WHERE t.region_id = :region_id AND t.site_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'room' AS kind, g.key AS id, s.code || '/' || g.code AS code, g.name_zh, g.area_m2
FROM g
JOIN site AS s ON s.region_id = :region_id AND s.id = g.site_id
ORDER BY g.key
