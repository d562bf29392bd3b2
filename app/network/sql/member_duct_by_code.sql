SELECT d.id
FROM code_index i
JOIN duct h ON h.region_id = :region_id AND h.section_id = i.id AND h.parent_id IS NULL AND ltrim(h.no, '0') = :no
JOIN duct d ON d.region_id = :region_id AND d.section_id = i.id
 AND CASE WHEN CAST(:subduct AS text) IS NULL THEN d.id = h.id ELSE d.parent_id = h.id AND ltrim(d.no, '0') = :subduct END
WHERE i.region_id = :region_id AND i.code_key = :owner AND i.kind = 'section'
