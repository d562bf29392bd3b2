-- Every hole and subduct, with the cables that lie in it.
SELECT d.id, d.parent_id, d.no, d.row_no, d.col_no, d.inner_mm, d.life, d.use, d.health, count(*) OVER () AS total,
       string_agg(k.code || '/' || c.code, ', ' ORDER BY k.code, c.code) AS cables
FROM duct AS d
LEFT JOIN cable_run AS r ON r.region_id = :region_id AND r.section_id = :id AND r.duct_id = d.id
LEFT JOIN cable_segment AS c ON c.region_id = :region_id AND c.id = r.segment_id
LEFT JOIN cable AS k ON k.region_id = :region_id AND k.id = c.cable_id
WHERE d.region_id = :region_id AND d.section_id = :id AND d.life <> 'retired'
GROUP BY d.region_id, d.id
ORDER BY d.parent_id NULLS FIRST, length(d.no), d.no
LIMIT :limit
