SELECT [section d.section_id] AS section, h.no AS parent_no, array_agg(d.no::int ORDER BY d.no::int) AS nos, d.inner_mm, d.row_no AS face_row, d.life, d.health
FROM duct d LEFT JOIN duct h ON h.region_id = :region AND h.section_id = d.section_id AND h.id = d.parent_id WHERE d.region_id = :region AND d.no ~ '^[0-9]{1,9}$'
GROUP BY d.section_id, h.no, d.inner_mm, d.row_no, d.life, d.health ORDER BY d.section_id, h.no NULLS FIRST, min(d.no::int)
