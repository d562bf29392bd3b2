SELECT [segment t.segment_id] AS segment, t.seq, [section t.section_id] AS section, coalesce(h.no, d.no) AS duct_no, CASE WHEN h.id IS NOT NULL THEN d.no END AS subduct_no, t.slack_before_m, t.slack_after_m,
       CASE WHEN t.is_bundle THEN 'yes' ELSE 'no' END AS bundle
FROM cable_run t LEFT JOIN duct d ON d.region_id = :region AND d.section_id = t.section_id AND d.id = t.duct_id LEFT JOIN duct h ON h.region_id = :region AND h.section_id = d.section_id AND h.id = d.parent_id
WHERE t.region_id = :region ORDER BY t.segment_id, t.seq
