SELECT d.id, CASE WHEN d.is_subduct THEN 'subduct' ELSE 'duct' END AS kind, d.section_id AS owner_id, '' AS technology, 'duct' AS role,
       s.code || '/K' || coalesce(h.no || '-', '') || d.no AS code, d.life, d.use, d.health
FROM duct d
JOIN section s ON s.region_id = :region_id AND s.id = d.section_id
LEFT JOIN duct h ON h.region_id = :region_id AND h.section_id = d.section_id AND h.id = d.parent_id
WHERE d.region_id = :region_id AND d.id = ANY(:ids)
ORDER BY d.id
FOR NO KEY UPDATE OF d
