WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total
    FROM trunk_group AS t
    WHERE t.region_id = :region_id AND :id IN (t.a_office_id, t.z_office_id)
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'trunk_group' AS kind, g.key AS id, t.code, a.id AS a_id, a.code AS a_code, z.id AS z_id, z.code AS z_code, t.far_end,
       t.direction, t.e1_count, t.channel_count, t.busy_hour_erlang
FROM g
JOIN trunk_group AS t ON t.region_id = :region_id AND t.id = g.key
JOIN switch_office AS a ON a.region_id = :region_id AND a.id = t.a_office_id
LEFT JOIN switch_office AS z ON z.region_id = :region_id AND z.id = t.z_office_id
ORDER BY g.key
