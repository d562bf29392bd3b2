-- The ground under some segments: each section once with the duct taken.
SELECT DISTINCT ON (x.code, d.id) count(*) OVER () AS total, x.id AS section_id, x.code AS section_code, x.kind AS section_kind, x.length_m, d.id AS duct_id,
       x.code || '/K' || CASE WHEN length(coalesce(p.no, d.no)) < 2 THEN '0' ELSE '' END || coalesce(p.no || '-' || d.no, d.no) AS duct_code,
       r.segment_id, k.code || '/' || c.code AS segment_code
FROM cable_run AS r
JOIN section AS x ON x.region_id = :region_id AND x.id = r.section_id
JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = r.segment_id
JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
LEFT JOIN duct AS d ON d.region_id = :region_id AND d.id = r.duct_id
LEFT JOIN duct AS p ON p.region_id = :region_id AND p.id = d.parent_id
WHERE r.region_id = :region_id AND r.segment_id = ANY(:ids)
ORDER BY x.code, d.id, r.segment_id
LIMIT 200
