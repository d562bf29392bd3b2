WITH every AS (
    SELECT c.id AS key, count(*) OVER () AS total
    FROM cable_segment AS c
    WHERE c.region_id = :region_id AND c.cable_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'segment' AS kind, g.key AS id, k.code || '/' || c.code AS code, c.medium, c.conductor_count, c.sheath_m, c.life, c.health,
       a.id AS a_id, a.code AS a_code, z.id AS z_id, z.code AS z_code
FROM g
JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = g.key
JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
JOIN structure AS a ON a.region_id = :region_id AND a.id = c.a_structure_id
JOIN structure AS z ON z.region_id = :region_id AND z.id = c.z_structure_id
ORDER BY g.key
