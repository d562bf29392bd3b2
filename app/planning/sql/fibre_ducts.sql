SELECT d.id
FROM unnest(CAST(:sections AS text[]), CAST(:holes AS text[]), CAST(:subducts AS text[])) AS w (section, hole, subduct)
JOIN section s ON s.region_id = :region_id AND s.code = w.section
JOIN duct d ON d.region_id = :region_id AND d.section_id = s.id AND d.no = CASE WHEN w.subduct = '' THEN w.hole ELSE w.subduct END
LEFT JOIN duct p ON p.region_id = :region_id AND p.id = d.parent_id
WHERE p.no IS NOT DISTINCT FROM CASE WHEN w.subduct = '' THEN NULL ELSE w.hole END
ORDER BY d.id
