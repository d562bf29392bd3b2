WITH every AS (
    SELECT d.id AS key, count(*) OVER () AS total
    FROM duct AS s
    JOIN duct AS d ON d.region_id = :region_id AND d.section_id = s.section_id AND d.parent_id = s.id
    WHERE s.region_id = :region_id AND s.id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'duct' AS kind, g.key AS id, x.code || '/K' || CASE WHEN length(coalesce(p.no, d.no)) < 2 THEN '0' ELSE '' END || coalesce(p.no || '-' || d.no, d.no) AS code, d.inner_mm, d.life, d.use, d.health
FROM g
JOIN duct AS d ON d.region_id = :region_id AND d.id = g.key
JOIN section AS x ON x.region_id = :region_id AND x.id = d.section_id
LEFT JOIN duct AS p ON p.region_id = :region_id AND p.id = d.parent_id
ORDER BY g.key
