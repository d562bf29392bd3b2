WITH every AS (
    SELECT s.id AS key, count(*) OVER () AS total
    FROM (
        SELECT c.id FROM cable_segment AS c WHERE c.region_id = :region_id AND c.a_structure_id = :id
        UNION
        SELECT c.id FROM cable_segment AS c WHERE c.region_id = :region_id AND c.z_structure_id = :id
        UNION
        SELECT r.segment_id FROM section AS x JOIN cable_run AS r ON r.region_id = :region_id AND r.section_id = x.id
        WHERE x.region_id = :region_id AND x.a_structure_id = :id
        UNION
        SELECT r.segment_id FROM section AS x JOIN cable_run AS r ON r.region_id = :region_id AND r.section_id = x.id
        WHERE x.region_id = :region_id AND x.z_structure_id = :id
    ) AS s
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
