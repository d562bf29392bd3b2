WITH every AS (
    SELECT d.id AS key, count(*) OVER () AS total
    FROM duct AS d
    WHERE d.region_id = :region_id AND d.section_id = :id AND d.life <> 'retired'
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'duct' AS kind, g.key AS id, x.code || '/K' || CASE WHEN length(coalesce(p.no, d.no)) < 2 THEN '0' ELSE '' END || coalesce(p.no || '-' || d.no, d.no) AS code,
       d.row_no, d.col_no, d.inner_mm, d.life, d.use, d.health, held.cables
FROM g
JOIN duct AS d ON d.region_id = :region_id AND d.id = g.key
JOIN section AS x ON x.region_id = :region_id AND x.id = d.section_id
LEFT JOIN duct AS p ON p.region_id = :region_id AND p.id = d.parent_id
CROSS JOIN LATERAL (
    SELECT string_agg(k.code || '/' || c.code, ', ' ORDER BY k.code, c.code) AS cables
    FROM cable_run AS r
    JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = r.segment_id
    JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
    WHERE r.region_id = :region_id AND r.section_id = :id AND r.duct_id = d.id
) AS held
ORDER BY g.key
