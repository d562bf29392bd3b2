SELECT s.id, s.code, s.kind, s.length_m, r.seq, d.no AS duct_no, p.no AS hole_no, count(*) OVER () AS total
FROM cable_run AS r
JOIN section AS s ON s.region_id = :region_id AND s.id = r.section_id
LEFT JOIN duct AS d ON d.region_id = :region_id AND d.id = r.duct_id
LEFT JOIN duct AS p ON p.region_id = :region_id AND p.id = d.parent_id
WHERE r.region_id = :region_id AND r.segment_id = :id
ORDER BY r.seq
LIMIT :limit
