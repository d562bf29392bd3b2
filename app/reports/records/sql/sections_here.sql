WITH every AS (
    SELECT t.id AS key, count(*) OVER () AS total, t.code, t.kind AS section_kind, t.length_m, t.life, t.health, t.a_structure_id, t.z_structure_id
    FROM section AS t
    WHERE t.region_id = :region_id AND :id IN (t.a_structure_id, t.z_structure_id) AND t.life <> 'retired'
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'section' AS kind, g.key AS id, g.code, g.section_kind, g.length_m, g.life, g.health, o.id AS other_id, o.code AS other_code
FROM g
JOIN structure AS o ON o.region_id = :region_id AND o.id = g.a_structure_id + g.z_structure_id - :id
ORDER BY g.key
