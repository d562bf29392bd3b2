SELECT d.id, s.code || '/K' || CASE WHEN length(coalesce(p.no, d.no)) < 2 THEN '0' ELSE '' END || coalesce(p.no || '-' || d.no, d.no)
FROM duct d
JOIN section s ON s.region_id = :region_id AND s.id = d.section_id
LEFT JOIN duct p ON p.region_id = :region_id AND p.section_id = d.section_id AND p.id = d.parent_id
WHERE d.region_id = :region_id AND d.id = ANY(:ids)
