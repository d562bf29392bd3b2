WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.room_id, t.height_u, t.power_kw
    FROM rack AS t
    WHERE t.region_id = :region_id AND t.room_id IN (SELECT o.id FROM room AS o WHERE o.region_id = :region_id AND o.site_id = :id)
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'rack' AS kind, g.key AS id, s.code || '/' || o.code || '/' || g.code AS code, g.height_u, g.power_kw, y.in_use
FROM g
JOIN room AS o ON o.region_id = :region_id AND o.id = g.room_id
JOIN site AS s ON s.region_id = :region_id AND s.id = o.site_id
LEFT JOIN tally AS y ON y.region_id = :region_id AND y.kind = 'rack_unit' AND y.owner_id = g.key AND y.technology = ''
ORDER BY g.key
