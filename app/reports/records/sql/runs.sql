WITH every AS (
    SELECT r.seq AS key, count(*) OVER () AS total, r.section_id, r.duct_id, r.slack_before_m, r.slack_after_m
    FROM cable_run AS r
    WHERE r.region_id = :region_id AND r.segment_id = :id
), g AS (
    SELECT * FROM every WHERE key > :after ORDER BY key LIMIT :limit
)
SELECT g.key, g.total, 'section' AS kind, x.id, x.code, x.kind AS section_kind, x.length_m, d.id AS duct_id,
       x.code || '/K' || CASE WHEN length(coalesce(p.no, d.no)) < 2 THEN '0' ELSE '' END || coalesce(p.no || '-' || d.no, d.no) AS duct_code, g.slack_before_m, g.slack_after_m
FROM g
JOIN section AS x ON x.region_id = :region_id AND x.id = g.section_id
LEFT JOIN duct AS d ON d.region_id = :region_id AND d.id = g.duct_id
LEFT JOIN duct AS p ON p.region_id = :region_id AND p.id = d.parent_id
ORDER BY g.key
