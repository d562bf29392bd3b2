-- The ground under some segments: each section once for each duct taken in it.
WITH taken AS (
    SELECT r.section_id, r.duct_id, min(r.segment_id) AS segment_id
    FROM cable_run AS r
    WHERE r.region_id = :region_id AND r.segment_id = ANY(:ids)
    GROUP BY r.section_id, r.duct_id
), page AS (
    SELECT count(*) OVER () AS total, t.*, x.code, x.kind, x.length_m
    FROM taken AS t
    JOIN section AS x ON x.region_id = :region_id AND x.id = t.section_id
    ORDER BY x.code, t.duct_id
    LIMIT 60
)
SELECT g.total, g.section_id, g.code AS section_code, g.kind AS section_kind, g.length_m, d.id AS duct_id,
       g.code || '/K' || CASE WHEN length(coalesce(p.no, d.no)) < 2 THEN '0' ELSE '' END || coalesce(p.no || '-' || d.no, d.no) AS duct_code,
       g.segment_id, k.code || '/' || c.code AS segment_code
FROM page AS g
JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = g.segment_id
JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
LEFT JOIN duct AS d ON d.region_id = :region_id AND d.id = g.duct_id
LEFT JOIN duct AS p ON p.region_id = :region_id AND p.id = d.parent_id
ORDER BY g.code, g.duct_id
