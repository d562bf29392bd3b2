SELECT 'segment' AS kind, s.id, coalesce(s.ownership, c.ownership) || ' in ' || string_agg(DISTINCT x.code, ', ') AS found, 'a cable of our own' AS expected
FROM cable_segment s
JOIN cable c ON c.region_id = :region_id AND c.id = s.cable_id
JOIN cable_run r ON r.region_id = :region_id AND r.segment_id = s.id AND r.duct_id IS NOT NULL AND NOT r.is_planned
JOIN section x ON x.region_id = :region_id AND x.id = r.section_id
WHERE s.region_id = :region_id AND s.life <> 'retired'
  AND coalesce(s.ownership, c.ownership) <> ALL (CAST(:ownership_ours AS text[]))
  AND (x.ownership IS NULL OR x.ownership = ANY (CAST(:ownership_ours AS text[])))
GROUP BY s.id, s.ownership, c.ownership
