WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.model_id, t.life, t.health
    FROM equipment AS t
    WHERE t.region_id = :region_id AND t.rack_id = :id AND t.life <> 'retired'
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'equipment' AS kind, g.key AS id, g.code, m.kind AS model_kind, m.code AS model, m.power_w, g.life, g.health,
       (SELECT string_agg(DISTINCT u.u_no::text, ' ' ORDER BY u.u_no::text) FROM rack_unit AS u
        WHERE u.region_id = :region_id AND u.rack_id = :id AND u.equipment_id = g.key) AS u_no
FROM g
JOIN equipment_model AS m ON m.id = g.model_id
ORDER BY g.key
